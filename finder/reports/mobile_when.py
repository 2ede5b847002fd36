"""When a mobile consultation stops somewhere, in few words: "2e jeudi du mois, mois impairs"."""

from collections.abc import Sequence
from typing import Final

from finder.capacity.mobile.frequency import ORDINALS, WEEKS, Calendar
from finder.words.messages import Messages

PARITY: Final = ("odd", "even")
"""The months calendar: weeks 0 to 3 of the cycle are those of odd months, 4 to 7 those of even ones."""


def when_text(t: Messages, weekday: int, weeks: Sequence[int], calendar: Calendar) -> str:
    """Return the days of a stop in words; ``weekday`` counts from Monday = 0, ``weeks`` are those of the cycle."""
    day = t(f"weekday.{weekday}")
    if calendar == "weeks":
        if len(weeks) == WEEKS:
            return t("mobile_take.when.weekly", day=day)
        which = t("session.and").join(str(week + 1) for week in weeks)
        return t("mobile_take.when.weeks", day=day, which=which, of=WEEKS)
    odd, even = ({week % ORDINALS for week in weeks if week // ORDINALS == parity} for parity, _ in enumerate(PARITY))
    groups = ((odd & even, ""), (odd - even, PARITY[0]), (even - odd, PARITY[1]))
    return "; ".join(_of_months(t, day, ordinals, parity) for ordinals, parity in groups if ordinals)


def _of_months(t: Messages, day: str, ordinals: set[int], parity: str) -> str:
    if len(ordinals) == ORDINALS:
        return t("mobile_take.when.every" + (f"_{parity}" if parity else ""), day=day)
    which = t("session.and").join(t(f"session.ordinal.{ordinal + 1}") for ordinal in sorted(ordinals))
    return t("mobile_take.when." + parity if parity else "session.of_month", which=which, days=day)
