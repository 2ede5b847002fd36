"""Coverage rates of the communes, in every draw of the modelled places."""

import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import by_commune, children_at_points
from finder.answers.intervals import interval_of
from finder.answers.modelled import TENURES
from finder.capacity.brussels_places import INCOME_RELATED_SHARE
from finder.capacity.coverage import coverage_rate

MEASURES = ("coverage_pct", "income_related_pct")


def places_draws(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """Return the day-care places that each measure counts.

    Subsidised places of ONE ask a price by income; of Kind en Gezin's places the share that IBSA publishes does.

    Returns
    -------
    dict
        By measure (:data:`MEASURES`): index ``nis`` of the communes that ONE serves, one column per draw (0 central).
    """
    rows = atlas.modelled_places_draws
    total = rows[[f"places_{tenure}" for tenure in TENURES]].sum(axis=1)
    related = rows["places_subsidised"] + INCOME_RELATED_SHARE * rows["places_kind_en_gezin"]
    return {
        name: rows.assign(value=places).pivot_table(index="nis", columns="draw", values="value", aggfunc="sum")
        for name, places in zip(MEASURES, (total, related), strict=True)
    }


def coverage_draws(atlas: Atlas, year: int) -> dict[str, pd.DataFrame]:
    """Return coverage and income-related coverage, places per 100 children of 0 to 2.5 years.

    Parameters
    ----------
    atlas
        The data.
    year
        Children of 1 January of that year, see :data:`finder.answers.children.DEMAND_YEARS`.

    Returns
    -------
    dict
        By measure (:data:`MEASURES`): index ``nis`` of the communes that ONE serves, one column per draw (0 central).
    """
    children = by_commune(children_at_points(atlas, year, "children_0_2_5"), atlas)
    return {
        name: pd.DataFrame({draw: coverage_rate(places[draw], children[places.index]) for draw in places})
        for name, places in places_draws(atlas).items()
    }


def coverage_table(atlas: Atlas, year: int) -> pd.DataFrame:
    """Return both rates with their intervals, and ``evidence``: what each commune's places rest on.

    Returns
    -------
    DataFrame
        Index ``nis``; ``<measure>``, ``<measure>_p10``, ``<measure>_p90`` for each of :data:`MEASURES`, ``evidence``.
    """
    parts = [
        interval_of(draws).rename(columns={"value": name, "p10": f"{name}_p10", "p90": f"{name}_p90"})
        for name, draws in coverage_draws(atlas, year).items()
    ]
    return pd.concat([*parts, atlas.modelled_places["evidence"]], axis=1)
