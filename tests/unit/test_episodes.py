"""The network of a day, from episodes written by hand."""

import datetime

import pandas as pd
import pytest

from finder.errors import SchemaError
from finder.geo.episodes import services_on, status_changes

DAY = datetime.date


@pytest.fixture
def services() -> pd.DataFrame:
    rows = {"service_id": ["old", "new", "shut", "plain"], "status": ["moved", "open", "closed", "open"]}
    return pd.DataFrame(rows | {"status_date": [None, None, None, "2014"]}).set_index("service_id")


@pytest.fixture
def episodes() -> pd.DataFrame:
    columns = ["service_id", "valid_from", "valid_to", "status", "date_precision", "successor_id"]
    rows = [
        ("old", None, "2020-03-26", "open", "unknown", None),
        ("old", "2020-03-26", None, "moved", "day", "new"),
        ("new", None, "2020-03-26", "planned", "unknown", None),
        ("new", "2020-03-26", None, "open", "day", None),
        ("shut", None, "2023-04-04", "open", "unknown", None),
        ("shut", "2023-04-04", "2024-06-10", "suspended", "day", None),
        ("shut", "2024-06-10", None, "closed", "day", None),
    ]
    return pd.DataFrame(rows, columns=columns).assign(evidence="told", source="press")


@pytest.mark.parametrize(
    ("day", "statuses"),
    [
        (DAY(2016, 1, 1), ["open", "planned", "open", "open"]),
        (DAY(2020, 3, 25), ["open", "planned", "open", "open"]),
        (DAY(2020, 3, 26), ["moved", "open", "open", "open"]),
        (DAY(2023, 4, 4), ["moved", "open", "suspended", "open"]),
        (DAY(2026, 11, 21), ["moved", "open", "closed", "open"]),
    ],
)
def test_the_status_of_a_day(services, episodes, day, statuses):
    found = services_on(services, episodes, day)
    assert found["status"].tolist() == statuses
    assert found.index.equals(services.index)
    assert found["is_dated"].tolist() == [True, True, True, False]


def test_a_move_never_counts_twice_nor_vanishes(services, episodes):
    for day in pd.date_range("2020-03-20", "2020-04-01"):
        status = services_on(services, episodes, day.date())["status"]
        assert (status[["old", "new"]] == "open").sum() == 1


def test_arguments_stay_as_they_are_and_the_key_may_be_a_column(services, episodes):
    before = services.copy(deep=True)
    plain = services_on(services.reset_index(), episodes, DAY(2024, 1, 1))
    assert plain["status"].tolist() == services_on(services, episodes, DAY(2024, 1, 1))["status"].tolist()
    assert plain.loc[plain["service_id"] == "plain", "status_date"].item() == "2014"
    pd.testing.assert_frame_equal(services, before)


def test_days_before_the_first_are_refused(services, episodes):
    with pytest.raises(SchemaError, match="2016-01-01"):
        services_on(services, episodes, DAY(2015, 12, 31))


def test_overlapping_episodes_are_refused(services, episodes):
    twice = pd.concat([episodes, episodes[episodes["status"] == "closed"]])
    with pytest.raises(SchemaError, match="shut"):
        services_on(services, twice, DAY(2025, 1, 1))


def test_closures_and_moves_are_told_apart(episodes):
    changes = status_changes(episodes, DAY(2020, 1, 1), DAY(2024, 6, 10))
    assert changes[["service_id", "date", "change"]].values.tolist() == [
        ["new", "2020-03-26", "move"],
        ["old", "2020-03-26", "move"],
        ["shut", "2023-04-04", "suspension"],
        ["shut", "2024-06-10", "closure"],
    ]
    assert status_changes(episodes, DAY(2024, 6, 11), DAY(2026, 1, 1)).empty
