"""A scenario applied to the sites of one kind, and the scenario that undoes it."""

import datetime
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.scenario import SIZE_UNIT, Action, Close, Move, Open, Resize, Scenario
from finder.errors import ContradictionError, UnknownSiteError

Floats = npt.NDArray[np.float64]

IN_DATA: Final = ("lon", "lat", "name")


@dataclass(frozen=True, eq=False)
class Sites:
    """Sites of one kind, open and closed.

    Attributes
    ----------
    kind
        Of :data:`finder.capacity.scenario.SIZE_UNIT`.
    table
        Index ``site_id``: ``name``, ``lon``, ``lat`` (WGS84 degrees), ``is_open``, ``is_hypothetical``,
        ``subsidised``. Sites of the data in the order of the data, then the hypothetical ones by id.
    size
        Shape (n_sites, n_columns): places or sessions per month if open, one column per draw, 0 central; 1 for kinds
        without a size.
    income_related
        Same shape: places whose price follows the parents' income.
    data_size, data_income_related
        What the data say of both; a hypothetical site's own.
    """

    kind: str
    table: pd.DataFrame
    size: Floats
    income_related: Floats
    data_size: Floats
    data_income_related: Floats

    @property
    def open_size(self) -> Floats:
        """Shape (n_sites, n_columns): :attr:`size`, 0 where closed."""
        return np.where(self._is_open, self.size, 0.0)

    @property
    def open_income_related(self) -> Floats:
        """Shape (n_sites, n_columns): :attr:`income_related`, 0 where closed."""
        return np.where(self._is_open, self.income_related, 0.0)

    @property
    def _is_open(self) -> npt.NDArray[np.bool_]:
        return self.table["is_open"].to_numpy(dtype=bool)[:, None]

    def equals(self, other: "Sites") -> bool:
        """Return whether the other sites are the same, in the same order."""
        arrays = ("size", "income_related", "data_size", "data_income_related")
        return (
            self.kind == other.kind
            and self.table.equals(other.table)
            and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in arrays)
        )


def sites_of_data(
    kind: str, table: pd.DataFrame, *, size: Floats | None = None, income_related: Floats | None = None
) -> Sites:
    """Return the sites of the data.

    Parameters
    ----------
    kind
        Of :data:`finder.capacity.scenario.SIZE_UNIT`.
    table
        Index ``site_id``: ``name``, ``lon``, ``lat``, ``is_open``.
    size, income_related
        Shape (n_sites, n_columns); default 1 and 0, one column.
    """
    amounts = np.ones((len(table), 1)) if size is None else size
    related = np.zeros_like(amounts) if income_related is None else income_related
    columns = table[[*IN_DATA, "is_open"]].assign(is_hypothetical=False, subsidised=False)
    return Sites(kind, columns.rename_axis("site_id"), amounts, related, amounts, related)


def apply(scenario: Scenario, sites: Sites) -> Sites:
    """Return the sites after the scenario's actions on their kind; ``sites`` stay as they are.

    All actions are checked before one counts, and their order does not matter. A site of the data that closes stays in
    the table; a hypothetical one leaves it.

    Raises
    ------
    UnknownSiteError
        If an action names a site that is not there, or opens a new one without a position.
    ContradictionError
        If it closes, resizes or moves a closed site, or opens an open one.
    """
    actions = scenario.of_kind(sites.kind)
    for number, action in actions:
        _check(action, number, sites)
    for _, action in sorted(actions, key=lambda pair: pair[1].site_id):
        sites = _done(action, sites)
    return sites


def inverse(scenario: Scenario, sites: Sites) -> Scenario:
    """Return the scenario that leads back from ``apply(scenario, sites)`` to ``sites``.

    Raises
    ------
    UnknownSiteError, ContradictionError
        As :func:`apply`.
    """
    apply(scenario, sites)
    actions = tuple(_undone(action, sites) for _, action in scenario.of_kind(sites.kind))
    return replace(scenario, id=f"undo-{scenario.id}"[:80], actions=actions)


def nothing(*, base_date: datetime.date, data_version: str) -> Scenario:
    """Return the scenario that changes nothing."""
    return Scenario("nothing", "Nothing changes", base_date, data_version)


def _check(action: Action, number: int, sites: Sites) -> None:
    known = action.site_id in sites.table.index
    is_open = known and bool(sites.table.loc[action.site_id, "is_open"])
    if isinstance(action, Open):
        if is_open:
            raise ContradictionError(f"Action {number} opens {action.site_id}, which is open: resize or move it.")
        if known and action.lon is not None:
            raise ContradictionError(
                f"Action {number}: {action.site_id} opens again where it was; leave its position out, or use a new id."
            )
        if not known and action.lon is None:
            raise UnknownSiteError(
                f"Action {number}: no closed {sites.kind} has the id {action.site_id}; a new site needs a position."
            )
    elif not known:
        raise UnknownSiteError(
            f"Action {number}: no {sites.kind} has the id {action.site_id} in the network of this day. Check the id."
        )
    elif not is_open:
        word = type(action).__name__.lower()
        raise ContradictionError(f"Action {number}: {action.site_id} is closed; it cannot {word}. Open it first.")


def _done(action: Action, sites: Sites) -> Sites:
    if isinstance(action, Open):
        return _reopened(action, sites) if action.site_id in sites.table.index else _opened(action, sites)
    row = _row(sites.table, action.site_id)
    if isinstance(action, Resize):
        return _resized(sites, row, _size(action))
    if isinstance(action, Close) and sites.table.loc[action.site_id, "is_hypothetical"]:
        return _taken(sites, np.delete(np.arange(len(sites.table)), row))
    table = sites.table.copy()
    if isinstance(action, Move):
        table.loc[action.site_id, ["lon", "lat"]] = [action.lon, action.lat]
    else:
        table.loc[action.site_id, "is_open"] = False
    return replace(sites, table=table)


def _reopened(action: Open, sites: Sites) -> Sites:
    table = sites.table.copy()
    table.loc[action.site_id, "is_open"] = True
    opened = replace(sites, table=table)
    size = _size(action)
    return opened if size is None else _resized(opened, _row(table, action.site_id), size)


def _opened(action: Open, sites: Sites) -> Sites:
    size = _size(action)
    amount = np.full((1, sites.size.shape[1]), 1.0 if size is None else size)
    related = amount if action.income_related else np.zeros_like(amount)
    fields = {
        "name": action.name,
        "lon": action.lon,
        "lat": action.lat,
        "is_open": True,
        "is_hypothetical": True,
        "subsidised": action.subsidised,
    }
    row = pd.DataFrame(fields, index=pd.Index([action.site_id], name="site_id"))
    table = pd.concat([sites.table, row[sites.table.columns]])
    whole = Sites(
        sites.kind,
        table,
        np.vstack([sites.size, amount]),
        np.vstack([sites.income_related, related]),
        np.vstack([sites.data_size, amount]),
        np.vstack([sites.data_income_related, related]),
    )
    n_data = int((~table["is_hypothetical"]).sum())
    return _taken(whole, np.concatenate([np.arange(n_data), n_data + np.argsort(table.index[n_data:])]))


def _resized(sites: Sites, row: int, size: float | None) -> Sites:
    """Give one site a size in every draw, or that of the data; its income-related share is that of the data."""
    amount, related = sites.data_size[row], sites.data_income_related[row]
    if size is not None:
        # A draw in which the site has no place has no share either: the central network's counts there.
        central = related[0] / amount[0] if amount[0] > 0 else 0.0
        share = np.divide(related, amount, out=np.full_like(related, central), where=amount > 0)
        amount, related = np.full_like(amount, size), share * size
    sizes, relateds = sites.size.copy(), sites.income_related.copy()
    sizes[row], relateds[row] = amount, related
    resized = replace(sites, size=sizes, income_related=relateds)
    if not sites.table["is_hypothetical"].iloc[row]:
        return resized
    data_sizes, data_relateds = sites.data_size.copy(), sites.data_income_related.copy()
    data_sizes[row], data_relateds[row] = amount, related
    return replace(resized, data_size=data_sizes, data_income_related=data_relateds)


def _taken(sites: Sites, rows: npt.NDArray[np.intp]) -> Sites:
    return Sites(
        sites.kind,
        sites.table.iloc[rows],
        sites.size[rows],
        sites.income_related[rows],
        sites.data_size[rows],
        sites.data_income_related[rows],
    )


def _row(table: pd.DataFrame, site_id: str) -> int:
    return int(table.index.get_indexer(pd.Index([site_id]))[0])


def _size(action: Open | Resize) -> float | None:
    unit = SIZE_UNIT[action.kind]
    value: float | None = getattr(action, unit) if unit else None
    return value


def _undone(action: Action, sites: Sites) -> Action:
    site_id, kind = action.site_id, action.kind
    if isinstance(action, Open):
        return Close(site_id, kind)
    row = _row(sites.table, site_id)
    was = sites.table.iloc[row]
    if isinstance(action, Move):
        return Move(site_id, kind, float(was["lon"]), float(was["lat"]))
    unit = SIZE_UNIT[kind]
    size: dict[str, float] = {}
    if unit and (was["is_hypothetical"] or not np.array_equal(sites.size[row], sites.data_size[row])):
        value = float(sites.size[row, 0])
        size = {unit: int(value) if unit == "places" else value}
    if isinstance(action, Resize):
        return Resize(site_id, kind, **size)  # type: ignore[arg-type]  # places are whole
    if not was["is_hypothetical"]:
        return Open(site_id, kind, **size)  # type: ignore[arg-type]
    return Open(
        site_id,
        kind,
        lon=float(was["lon"]),
        lat=float(was["lat"]),
        subsidised=bool(was["subsidised"]),
        income_related=bool(kind == "day_care" and sites.income_related[row, 0] > 0),
        name=str(was["name"]),
        **size,  # type: ignore[arg-type]
    )
