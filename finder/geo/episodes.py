"""The services as they were on a day, rebuilt from dated episodes; closures told apart from moves."""

import datetime
from typing import Final

import pandas as pd

from finder.errors import SchemaError, first_ids

FIRST_DAY: Final = datetime.date(2016, 1, 1)
"""The episodes say nothing of earlier days."""

CHANGE_COLUMNS: Final = (
    "service_id",
    "date",
    "date_precision",
    "before",
    "after",
    "change",
    "successor_id",
    "evidence",
)


def services_on(services: pd.DataFrame, episodes: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    """Return ``services`` with the status each had on ``day``.

    A site open on the day is open; one that opened later is ``planned``; one that had moved away is ``moved``, and its
    successor is open instead, so that one hospital counts once. Sites without episodes keep their only known status.

    Parameters
    ----------
    services
        Table of services, keyed by ``service_id`` (index or column).
    episodes
        Table of episodes; those of one service follow each other without gap or overlap.
    day
        From :data:`FIRST_DAY` on.

    Returns
    -------
    DataFrame
        Same index and columns, ``status`` and ``status_date`` those of the day, and two columns more:
        ``date_precision`` (of the date of that status; empty where it is not known since when) and ``is_dated``
        (whether episodes tell the status of the day).

    Raises
    ------
    SchemaError
        If ``day`` is too early, or a service has two episodes on it.
    """
    if day < FIRST_DAY:
        raise SchemaError(f"The network of {day} is not known: choose a day from {FIRST_DAY} on.")
    text = day.isoformat()
    begun = episodes["valid_from"].isna() | (episodes["valid_from"].fillna("") <= text)
    lasting = episodes["valid_to"].isna() | (episodes["valid_to"].fillna("9999") > text)
    current = episodes[begun & lasting]
    twice = current.loc[current["service_id"].duplicated(), "service_id"].tolist()
    if twice:
        raise SchemaError(f"Services with two episodes on {day}: {first_ids(twice)}; correct their dates.")
    current = current.set_index("service_id")
    keys = services.index.to_series() if services.index.name == "service_id" else services["service_id"]
    is_dated = keys.isin(current.index).to_numpy()
    dates = keys.map(current["valid_from"]).to_numpy()
    return services.assign(
        status=keys.map(current["status"]).to_numpy(),
        status_date=dates,
        date_precision=keys.map(current["date_precision"]).to_numpy(),
        is_dated=is_dated,
    ).assign(
        status=lambda frame: frame["status"].where(is_dated, services["status"]),
        status_date=lambda frame: frame["status_date"].where(is_dated, services["status_date"]),
    )


def status_changes(episodes: pd.DataFrame, start: datetime.date, end: datetime.date) -> pd.DataFrame:
    """Return what changed from ``start`` to ``end`` (both days included), in the order of time.

    Parameters
    ----------
    episodes
        Table of episodes.
    start, end
        First and last day; a change is dated by the first day of the new status.

    Returns
    -------
    DataFrame
        RangeIndex, columns :data:`CHANGE_COLUMNS`. ``change`` is ``closure``, ``suspension``, ``reopening``,
        ``opening`` or ``move``; a move has two rows, of the old site (with its ``successor_id``) and of the new one.
    """
    order = episodes.assign(begin=episodes["valid_from"].fillna("")).sort_values(["service_id", "begin"])
    order["before"] = order.groupby("service_id")["status"].shift()
    moved_to = set(episodes["successor_id"].dropna())
    found = order[order["before"].notna() & order["begin"].between(start.isoformat(), end.isoformat())]
    changes = [
        _change(before, after, is_successor=service_id in moved_to)
        for service_id, before, after in zip(found["service_id"], found["before"], found["status"], strict=True)
    ]
    table = found.assign(date=found["begin"], after=found["status"], change=changes)
    table = table.sort_values(["date", "service_id"], ignore_index=True)
    result: pd.DataFrame = table[list(CHANGE_COLUMNS)]
    return result


def _change(before: str, after: str, *, is_successor: bool) -> str:
    if after == "moved" or (after == "open" and is_successor):
        return "move"
    if after == "open":
        return "reopening" if before in ("suspended", "closed") else "opening"
    return {"closed": "closure", "suspended": "suspension"}.get(after, after)
