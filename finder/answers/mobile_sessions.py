"""Published mobile consultations as services a family can find, with their dates."""

import datetime
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from finder.agenda import BRUSSELS, Session, next_dates
from finder.agenda.recurrence_text import recurrence_text
from finder.capacity.mobile.calendar import sessions_of
from finder.errors import FinderError
from finder.sources.documents_store import DocumentStore
from finder.sources.mobile_plans import PublishedPlan, publications_state, published_on
from finder.tables import SERVICES

METHOD_VERSION: Final = "mobile sessions 1"

PROVENANCE: Final = "planned"
PRECISION: Final = "locality_centre"
ID_BEGINNING: Final = "mobile-"
LICENCE: Final = "published plan"
POSITION_SOURCE: Final = "centre of the locality; where the unit stands there is not published"
AGAIN_S: Final = 60.0
"""A store that could not be opened is tried again after so long: families do not wait for it at every step."""

_DTYPES: Final = {"str": "str", "float": "float64", "int": "Int64", "bool": "boolean"}


def planned_services(published: Sequence[PublishedPlan], day: datetime.date) -> pd.DataFrame:
    """Return the stops of the plans that hold on a day as services.

    Parameters
    ----------
    published
        Publications, the latest first: of a stop that several name, the first is taken.
    day
        Plans not yet begun, expired or revoked give nothing.

    Returns
    -------
    DataFrame
        Schema :data:`finder.tables.SERVICES`, index ``service_id`` (``mobile-`` and the id of the stop, the same from
        one plan to the next). ``lon`` and ``lat`` are those of the locality (``position_precision``
        ``locality_centre``), ``sessions`` holds recurrence lines (:mod:`finder.agenda.recurrence_text`), ``source`` the
        name of the plan, ``as_of`` the day of its publication. What the plan does not say stays empty.
    """
    rows: dict[str, dict[str, object]] = {}
    for plan in published:
        if plan.holds_on(day):
            for key, row in _rows(plan):
                rows.setdefault(key, row)
    columns = {
        name: pd.Series([row.get(name) for row in rows.values()], index=list(rows), dtype=_DTYPES[column.dtype])
        for name, column in SERVICES.columns.items()
        if name != "service_id"
    }
    return pd.DataFrame(columns, index=pd.Index(list(rows), name="service_id", dtype="str"))


def _rows(plan: PublishedPlan) -> Iterator[tuple[str, dict[str, object]]]:
    for stop in plan.plan.stops:
        sessions = sessions_of(
            stop, plan.valid_from, plan.valid_until, plan.plan.calendar, plan.plan.duty, closed_days=plan.closed_days
        )
        if sessions:
            yield (
                ID_BEGINNING + stop.stop_id,
                {
                    "kind": "child_consultation",
                    "stage": "age_0_3",
                    "name": f"Consultation mobile, {stop.name}",
                    "locality": stop.name,
                    "nis": stop.nis,
                    "lon": stop.lon,
                    "lat": stop.lat,
                    "position_precision": PRECISION,
                    "position_source": POSITION_SOURCE,
                    "sessions": recurrence_text(sessions),
                    "status": "open",
                    "provenance": PROVENANCE,
                    "source": plan.name,
                    "as_of": plan.published_on.isoformat(),
                    "licence": LICENCE,
                },
            )


def next_days(sessions: Sequence[Session], day: datetime.date, *, count: int) -> tuple[datetime.date, ...]:
    """Return the next ``count`` days with a session from ``day`` on, over all sessions of a stop."""
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=BRUSSELS)
    dates = [each.day for s in sessions for each in next_dates(s, after=midnight, count=count).occurrences]
    return tuple(sorted(set(dates))[:count])


@dataclass(frozen=True)
class Planned:
    """Planned services of a day.

    Attributes
    ----------
    services
        As :func:`planned_services`.
    state
        Changes whenever the services may have changed: for who keeps answers.
    """

    services: pd.DataFrame
    state: tuple[object, ...]


@dataclass
class PlannedSupply:
    """Planned services as the store has them now; may be used by many threads.

    Every look asks the store which publications it has; their plans are read again only when one changed. A store that
    cannot be opened or read gives no services, and is left alone for :data:`AGAIN_S`.

    Parameters
    ----------
    open_store
        Opens the store; None where there is none.
    clock
        Seconds that never go back.
    """

    open_store: Callable[[], DocumentStore | None]
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _kept: Planned | None = field(default=None, init=False, repr=False)
    _again_at: float = field(default=0.0, init=False, repr=False)
    _is_shut: bool = field(default=False, init=False, repr=False)

    def on(self, day: datetime.date) -> Planned:
        """Return the planned services of a day."""
        with self._lock:
            if self._is_shut and self.clock() < self._again_at:
                return self._nothing()
            try:
                found = self._look(day)
            except FinderError:
                self._is_shut, self._again_at = True, self.clock() + AGAIN_S
                return self._nothing()
            self._is_shut = False
            return found

    def _look(self, day: datetime.date) -> Planned:
        store = self.open_store()
        if store is None:
            return self._nothing()
        state = (day, publications_state(store))
        if self._kept is None or self._kept.state != state:
            self._kept = Planned(planned_services(published_on(store, day), day), state)
        return self._kept

    @staticmethod
    def _nothing() -> Planned:
        return Planned(planned_services((), datetime.date.min), ())
