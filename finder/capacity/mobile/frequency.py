"""How often a stop is served: one list for both calendars, on a cycle of eight weeks.

A plan follows one of two calendars. Both have the same eight *weeks* (0 to 7), so that all that plans, packs and
checks rounds knows weeks only:

- ``months``: week ``w`` is the ``w % 4 + 1``-th weekday of odd (``w < 4``) or of even months; a fifth weekday of a
  month stays free. This is what families remember ("2nd Thursday").
- ``weeks``: week ``w`` is the ``w``-th of eight weeks that follow each other without end.
"""

from collections.abc import Mapping
from typing import Final, Literal

Calendar = Literal["months", "weeks"]

WEEKS: Final = 8
ORDINALS: Final = 4
"""Of the ``months`` calendar: 1st to 4th weekday."""

FREQUENCIES: Final[Mapping[str, int]] = {"weekly": 8, "fortnightly": 4, "monthly": 2, "bimonthly": 1}
"""Sessions in a cycle: every week (four times a month), every 2nd week (1st and 3rd, or 2nd and 4th, of a month), every
4th week (once a month), every 8th week (once every second month)."""

CYCLES_PER_YEAR: Final[Mapping[Calendar, float]] = {"months": 6.0, "weeks": 365.25 / 7 / WEEKS}


def patterns(sessions: int) -> tuple[tuple[int, ...], ...]:
    """Return the sets of weeks in which a stop with so many sessions in a cycle may be served, evenly spaced.

    Parameters
    ----------
    sessions
        One of the values of :data:`FREQUENCIES`.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    if sessions not in FREQUENCIES.values():
        raise ValueError(f"{sessions} sessions in {WEEKS} weeks: choose one of {sorted(FREQUENCIES.values())}.")
    step = WEEKS // sessions
    return tuple(tuple(range(first, WEEKS, step)) for first in range(step))


def frequency_name(sessions: int) -> str:
    """Return the name of a number of sessions in a cycle, a key of :data:`FREQUENCIES`.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    for name, count in FREQUENCIES.items():
        if count == sessions:
            return name
    raise ValueError(f"{sessions} sessions in {WEEKS} weeks: choose one of {sorted(FREQUENCIES.values())}.")
