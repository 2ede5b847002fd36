"""What to do when: the steps of the life line on the calendar of one family, counted from the birth of the child.

The dates are those of the table of steps; none is added. A step whose source gives no date stays without one.
"""

import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.errors import TimelineError, first_ids

Days = npt.NDArray[np.datetime64]

METHOD_VERSION: Final = "timeline 1"

PREGNANCY_DAYS: Final = 280
"""From the first day of the last period to the due date: 40 weeks, the convention of Naegele's rule (WHO, ICD-10)."""

STATES: Final = ("past", "now", "next", "undated")

STEP_COLUMNS: Final = ("anchor", "from_day", "to_day")


def timeline(steps: pd.DataFrame, *, birth: datetime.date, is_expected: bool, today: datetime.date) -> pd.DataFrame:
    """Return the steps with their dates and where ``today`` stands.

    Parameters
    ----------
    steps
        Schema :data:`finder.tables.LIFELINE_TIMELINE`: days from ``anchor``, empty where the source gives none.
    birth
        Day of birth, or the due date.
    is_expected
        Whether ``birth`` is the due date: the pregnancy then began 280 days before it, by convention.
    today
        The day to compare with.

    Returns
    -------
    DataFrame
        Same index and columns as ``steps``, and ``starts_on``, ``ends_on`` (both ends included; NaT where the source
        gives no date), ``is_about`` (counted from a due date), ``state`` (one of :data:`STATES`), ``pregnancy_weeks``
        (completed weeks of pregnancy on the first day), ``age_weeks`` and ``age_months`` (completed weeks and months
        of the child on the first day). Once the child is born the steps counted from the start of the pregnancy are
        past and bear no dates: the birth does not tell when the pregnancy began.

    Raises
    ------
    TimelineError
        If a column is missing, an anchor is unknown, a step ends before it starts, a birth is in the future, or a due
        date is farther away than a pregnancy lasts.
    """
    _check(steps, birth=birth, is_expected=is_expected, today=today)
    of_pregnancy = (steps["anchor"] == "pregnancy_start").to_numpy()
    start = np.datetime64(birth - datetime.timedelta(days=PREGNANCY_DAYS), "D")
    zero: Days = np.where(of_pregnancy, start if is_expected else np.datetime64("NaT", "D"), np.datetime64(birth, "D"))
    starts_on, ends_on = (_on(zero, steps[column]) for column in ("from_day", "to_day"))
    result = steps.assign(
        starts_on=pd.Series(starts_on, index=steps.index).astype("datetime64[s]"),
        ends_on=pd.Series(ends_on, index=steps.index).astype("datetime64[s]"),
        is_about=is_expected,
        state=_states(starts_on, ends_on, np.datetime64(today, "D")),
    )
    if not is_expected:
        result.loc[of_pregnancy, "state"] = "past"
    return result.assign(**_ages(starts_on, birth=birth, is_expected=is_expected, index=steps.index))


def pregnancy_weeks(due: datetime.date, day: datetime.date) -> int:
    """Return the completed weeks of pregnancy on a day, for a due date at 40 weeks.

    Raises
    ------
    TimelineError
        If the pregnancy had not begun on that day.
    """
    days = PREGNANCY_DAYS - (due - day).days
    if days < 0:
        raise TimelineError(f"On {day} a pregnancy due on {due} had not begun: check the due date.")
    return days // 7


def age_months(birth: datetime.date, day: datetime.date) -> int:
    """Return the completed calendar months of a child on a day; a month is complete on the same day of the month.

    Where a month is too short for that day, it is complete on the first day of the next one.

    Raises
    ------
    TimelineError
        If the child was not born yet on that day.
    """
    if day < birth:
        raise TimelineError(f"A child born on {birth} has no age on {day}: check the date of birth.")
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def _check(steps: pd.DataFrame, *, birth: datetime.date, is_expected: bool, today: datetime.date) -> None:
    missing = [name for name in STEP_COLUMNS if name not in steps]
    if missing:
        raise TimelineError(f"The steps lack the columns {', '.join(missing)}: read them with the life line tables.")
    unknown = steps.index[~steps["anchor"].isin(["birth", "pregnancy_start"])].tolist()
    if unknown:
        raise TimelineError(f"Steps with an unknown anchor: {first_ids(unknown)}. Use birth or pregnancy_start.")
    reversed_ = steps.index[(steps["to_day"] < steps["from_day"]).fillna(False).astype(bool)].tolist()
    if reversed_:
        raise TimelineError(f"Steps that end before they start: {first_ids(reversed_)}. Correct their days.")
    if not is_expected and birth > today:
        raise TimelineError(f"{birth} is still to come: give it as the due date, or correct the date of birth.")
    if is_expected and (birth - today).days > PREGNANCY_DAYS:
        raise TimelineError(f"A due date on {birth} is more than 40 weeks away: correct it.")


def _on(zero: Days, days: "pd.Series[float]") -> Days:
    numbers = pd.to_numeric(days).astype("float64").to_numpy()
    is_known = ~np.isnan(numbers)
    dates: Days = np.add(zero, np.where(is_known, numbers, 0).astype("timedelta64[D]"))
    dates[~is_known] = np.datetime64("NaT")
    return dates


def _states(starts_on: Days, ends_on: Days, today: np.datetime64) -> npt.NDArray[np.object_]:
    """Judge each step; one without an end goes on, and one without a start has begun."""
    undated = np.isnat(starts_on) & np.isnat(ends_on)
    states = np.select([undated, starts_on > today, ends_on < today], ["undated", "next", "past"], default="now")
    return states.astype(object)


def _ages(
    starts_on: Days,
    *,
    birth: datetime.date,
    is_expected: bool,
    index: pd.Index,
) -> dict[str, "pd.Series[int]"]:
    weeks_before, weeks, months = [], [], []
    for start in starts_on.astype("datetime64[D]").tolist():
        before = start is not None and start < birth
        after = start is not None and start >= birth
        weeks_before.append(pregnancy_weeks(birth, start) if before and is_expected else pd.NA)
        weeks.append((start - birth).days // 7 if after else pd.NA)
        months.append(age_months(birth, start) if after else pd.NA)
    columns = {"pregnancy_weeks": weeks_before, "age_weeks": weeks, "age_months": months}
    return {name: pd.Series(values, index=index, dtype="Int64") for name, values in columns.items()}
