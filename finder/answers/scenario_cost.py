"""What a scenario costs. Finder knows no unit cost: whoever asks gives them, with their source."""

import math
from dataclasses import dataclass, fields
from typing import Final

import pandas as pd

from finder.answers.modelled import CENTRAL
from finder.capacity.scenario import SIZE_UNIT
from finder.capacity.scenario_apply import Sites
from finder.errors import AmountError


@dataclass(frozen=True)
class CostInputs:
    """Unit costs in EUR; None where none is given, and then nothing is computed from it.

    No published unit cost is among our sources, so that all defaults are None.

    Attributes
    ----------
    per_new_site_eur
        Once, for every site that opens or moves.
    per_closed_site_eur
        Once, for every site that closes; a saving is negative.
    per_new_place_eur
        Once, for every place more; places fewer give nothing back.
    per_place_year_eur
        Each year, for every place more or fewer.
    per_session_eur
        For every session of a consultation more or fewer, over a year of twelve months.
    source
        Who published them, and when.

    Raises
    ------
    AmountError
        If a cost is not a finite number, or there are costs without a source.
    """

    per_new_site_eur: float | None = None
    per_closed_site_eur: float | None = None
    per_new_place_eur: float | None = None
    per_place_year_eur: float | None = None
    per_session_eur: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        given = [getattr(self, field.name) for field in fields(self) if field.name != "source"]
        known = [value for value in given if value is not None]
        if not all(math.isfinite(value) for value in known):
            raise AmountError("A unit cost is not a finite number: correct it, or leave it out.")
        if known and not self.source.strip():
            raise AmountError("Unit costs without a source: say who published them.")


NO_COSTS: Final = CostInputs()


def cost_table(before: Sites, after: Sites, costs: CostInputs) -> pd.DataFrame:
    """Return the cost of each kind of change, in the central network.

    Parameters
    ----------
    before, after
        Sites of one kind.
    costs
        Unit costs.

    Returns
    -------
    DataFrame
        Indexed by ``new_sites``, ``closed_sites``, and for kinds with a size ``new_places`` and ``places_year`` or
        ``sessions_year``: ``count``, ``unit_eur``, ``cost_eur`` (both nan where no unit cost is given), ``is_yearly``,
        ``source``.
    """
    ids = after.table.index.union(before.table.index)
    was = before.table["is_open"].reindex(ids).eq(True)
    now = after.table["is_open"].reindex(ids).eq(True)
    places = ["lon", "lat"]
    moved = was & now & (before.table[places].reindex(ids) != after.table[places].reindex(ids)).any(axis=1)
    sizes = [
        pd.Series(sites.open_size[:, CENTRAL], index=sites.table.index).reindex(ids, fill_value=0.0)
        for sites in (before, after)
    ]
    change = sizes[1] - sizes[0]
    rows: dict[str, tuple[float, float | None, bool]] = {
        "new_sites": (float((now & ~was).sum() + moved.sum()), costs.per_new_site_eur, False),
        "closed_sites": (float((was & ~now).sum()), costs.per_closed_site_eur, False),
    }
    if SIZE_UNIT[before.kind] == "places":
        rows["new_places"] = (max(float(change.sum()), 0.0), costs.per_new_place_eur, False)
        rows["places_year"] = (float(change.sum()), costs.per_place_year_eur, True)
    elif SIZE_UNIT[before.kind] == "sessions_per_month":
        rows["sessions_year"] = (12 * float(change.sum()), costs.per_session_eur, True)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["count", "unit_eur", "is_yearly"])
    table["unit_eur"] = table["unit_eur"].astype("float64")
    table["cost_eur"] = table["count"] * table["unit_eur"]
    return table.assign(source=costs.source)[["count", "unit_eur", "cost_eur", "is_yearly", "source"]]
