"""The calendar of the life line: dates of real and due births, ages, and the state of each step."""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.answers.timeline import PREGNANCY_DAYS, STATES, age_months, pregnancy_weeks, timeline
from finder.errors import TimelineError
from finder.settings import data_dir

DUE = datetime.date(2027, 3, 1)
TODAY = datetime.date(2026, 11, 22)

DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))


def steps(*rows):
    frame = pd.DataFrame(rows, columns=["step_id", "anchor", "from_day", "to_day"]).set_index("step_id")
    return frame.astype({"from_day": "Int64", "to_day": "Int64"})


@pytest.fixture(scope="module")
def kept():
    types = {"from_day": "Int64", "to_day": "Int64"}
    return pd.read_csv(data_dir() / "lifeline" / "timeline.csv", dtype=types, index_col="step_id")


def test_a_due_date_is_forty_weeks_after_the_start():
    found = timeline(steps(("a", "pregnancy_start", 0, 294)), birth=DUE, is_expected=True, today=TODAY).loc["a"]
    assert found["starts_on"] == pd.Timestamp(DUE) - pd.Timedelta(weeks=40)
    assert found["ends_on"] == pd.Timestamp(DUE) + pd.Timedelta(weeks=2)
    assert (found["state"], found["is_about"], found["pregnancy_weeks"]) == ("now", True, 0)
    assert pd.isna(found["age_weeks"])


def test_both_ends_belong_to_a_step():
    table = steps(("a", "birth", 28, 42))
    birth = datetime.date(2026, 1, 1)
    days = {27: "next", 28: "now", 42: "now", 43: "past"}
    for day, state in days.items():
        today = birth + datetime.timedelta(days=day)
        assert timeline(table, birth=birth, is_expected=False, today=today).loc["a", "state"] == state


def test_a_step_without_a_date_gets_none():
    found = timeline(steps(("a", "birth", None, None)), birth=DUE, is_expected=True, today=TODAY).loc["a"]
    assert found[["starts_on", "ends_on"]].isna().all()
    assert found["state"] == "undated"


def test_half_a_date_leaves_the_other_end_open():
    table = steps(("from", "birth", 0, None), ("until", "birth", None, 7))
    birth = datetime.date(2026, 11, 1)
    found = timeline(table, birth=birth, is_expected=False, today=TODAY)
    assert found["state"].to_dict() == {"from": "now", "until": "past"}


def test_a_birth_does_not_tell_when_the_pregnancy_began():
    table = steps(("a", "pregnancy_start", 0, 294), ("b", "birth", 0, 42))
    found = timeline(table, birth=datetime.date(2026, 11, 20), is_expected=False, today=TODAY)
    assert found["state"].to_dict() == {"a": "past", "b": "now"}
    assert pd.isna(found.loc["a", "starts_on"])
    assert not found["is_about"].any()


def test_ages_are_completed_weeks_and_months():
    found = timeline(
        steps(("a", "birth", 42, 56), ("b", "birth", 91, None)),
        birth=datetime.date(2026, 1, 31),
        is_expected=False,
        today=TODAY,
    )
    assert found["age_weeks"].tolist() == [6, 13]
    assert found["age_months"].tolist() == [1, 3]


@pytest.mark.parametrize(
    ("birth", "day", "months"),
    [
        (datetime.date(2026, 1, 31), datetime.date(2026, 2, 28), 0),
        (datetime.date(2026, 1, 31), datetime.date(2026, 3, 1), 1),
        (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28), 11),
        (datetime.date(2025, 12, 15), datetime.date(2026, 1, 15), 1),
    ],
)
def test_a_month_is_complete_on_its_day(birth, day, months):
    assert age_months(birth, day) == months


@given(birth=DAYS, day=DAYS)
def test_ages_never_go_back(birth, day):
    if day < birth:
        with pytest.raises(TimelineError):
            age_months(birth, day)
    else:
        months = age_months(birth, day)
        assert 0 <= months <= age_months(birth, day + datetime.timedelta(days=1)) <= months + 1
        assert abs((day - birth).days / 30.44 - months) < 1.2


@given(due=DAYS, before=st.integers(0, PREGNANCY_DAYS))
def test_weeks_of_pregnancy_end_at_forty(due, before):
    assert pregnancy_weeks(due, due - datetime.timedelta(days=before)) == (PREGNANCY_DAYS - before) // 7


def test_the_steps_given_are_not_changed(kept):
    copy = kept.copy(deep=True)
    timeline(kept, birth=DUE, is_expected=True, today=TODAY)
    pd.testing.assert_frame_equal(kept, copy)


def test_impossible_questions_are_refused():
    table = steps(("a", "birth", 0, 7))
    with pytest.raises(TimelineError, match="still to come"):
        timeline(table, birth=DUE, is_expected=False, today=TODAY)
    with pytest.raises(TimelineError, match="more than 40 weeks"):
        timeline(table, birth=datetime.date(2028, 1, 1), is_expected=True, today=TODAY)
    with pytest.raises(TimelineError, match="anchor: a"):
        timeline(steps(("a", "wedding", 0, 7)), birth=DUE, is_expected=True, today=TODAY)
    with pytest.raises(TimelineError, match="end before they start: a"):
        timeline(steps(("a", "birth", 7, 0)), birth=DUE, is_expected=True, today=TODAY)
    with pytest.raises(TimelineError, match="lack the columns to_day"):
        timeline(table.drop(columns="to_day"), birth=DUE, is_expected=True, today=TODAY)


def test_no_steps_give_no_dates():
    assert timeline(steps(), birth=DUE, is_expected=True, today=TODAY).empty


@settings(deadline=None, max_examples=40)
@given(due=DAYS, passed=st.integers(0, PREGNANCY_DAYS + 3000))
def test_every_kept_step_has_a_state_and_only_its_own_dates(kept, due, passed):
    today = due - datetime.timedelta(days=PREGNANCY_DAYS - passed)
    found = timeline(kept, birth=due, is_expected=True, today=today)
    assert found.index.equals(kept.index)
    assert found["state"].isin(STATES).all()
    assert found["starts_on"].isna().equals(kept["from_day"].isna())
    assert found["ends_on"].isna().equals(kept["to_day"].isna())
    assert (
        (found["ends_on"] - found["starts_on"]).dt.days.dropna() == (kept["to_day"] - kept["from_day"]).dropna()
    ).all()


def test_the_dates_of_the_guide_are_kept(kept):
    """Perinatal guide of Brussels, 2025: Cocon before week 32, screening to day 7, 42 days, 4-6 and 6-8 weeks."""
    found = timeline(kept, birth=DUE, is_expected=True, today=TODAY)
    last = found["ends_on"] - pd.Timestamp(DUE)
    assert found.loc["cocon_follow_up", "ends_on"] == pd.Timestamp(DUE) - pd.Timedelta(weeks=9, days=1)
    assert last["vulnerability_screening"].days == 7
    assert last["postnatal_weeks"].days == 42
    assert found.loc["home_birth_from_37_weeks", "pregnancy_weeks"] == 37
    assert found.loc["physiotherapy_start", "age_weeks"] == 4
    assert found.loc["gynaecologist_check", "age_weeks"] == 6
    assert last["gynaecologist_check"].days == 56
    undated = found.index[found["state"] == "undated"]
    assert {"birth_grant", "birth_registration", "admin_before_birth", "vaccinations"} <= set(undated)


def test_a_step_without_dates_says_so_in_every_language(kept):
    words = {"fr": "nos sources", "nl": "onze bronnen", "de": "unseren Quellen", "en": "our sources"}
    undated = kept[kept["from_day"].isna()]
    assert len(undated)
    for language, said in words.items():
        assert undated[f"text_{language}"].str.contains(said).all()
