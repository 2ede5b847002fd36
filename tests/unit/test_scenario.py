"""Scenarios as values: what they refuse, and that nothing is half done."""

import dataclasses
import datetime
import json

import numpy as np
import pandas as pd
import pytest

from finder.capacity.scenario import Close, Move, Open, Resize, Scenario, adopt_data_version, require_data_version
from finder.capacity.scenario_apply import apply, inverse, nothing, sites_of_data
from finder.capacity.scenario_json import BYTES_MAX, parse_scenario, scenario_json
from finder.errors import (
    ContradictionError,
    FinderError,
    ScenarioFormatError,
    ScenarioSizeError,
    ScenarioVersionError,
    SiteSizeError,
    UnknownSiteError,
)

DAY = datetime.date(2022, 12, 31)
KIND = "day_care"


def scenario(*actions, version="v"):
    return Scenario("s1", "A name", DAY, version, actions)


def sites():
    table = pd.DataFrame(
        {"name": ["a", "b", "c"], "lon": [5.0, 5.1, 5.2], "lat": [50.0, 50.1, 50.2], "is_open": [True, False, True]},
        index=["a", "b", "c"],
    )
    size = np.array([[14.0, 7.0], [21.0, 21.0], [0.0, 28.0]])
    return sites_of_data(KIND, table, size=size, income_related=size / 2)


NEW = Open("n", KIND, 4.9, 50.0, places=21, income_related=True, name="Crèche née")
EVERY = (NEW, Open("b", KIND), Resize("a", KIND, places=28), Move("a", KIND, 4.8, 50.3), Close("c", KIND))


def test_json_there_and_back_is_the_same_scenario_in_one_form():
    text = scenario_json(scenario(*EVERY))
    assert parse_scenario(text) == scenario(*EVERY)
    assert scenario_json(parse_scenario(text.encode())) == text


def changed(**fields):
    given = json.loads(scenario_json(scenario(*EVERY)))
    return json.dumps(given | fields)


def action(**fields):
    return changed(
        actions=[{"action": "open", "site_id": "n", "kind": KIND, "lon": 5, "lat": 50, "places": 7} | fields]
    )


HOSTILE = {
    "no json": ("{", ScenarioFormatError, "JSON"),
    "a list": ("[]", ScenarioFormatError, "object"),
    "nested": ("[" * 9_000, ScenarioFormatError, "JSON"),
    "1 MB": ("x" * 10**6, ScenarioSizeError, f"{BYTES_MAX} at most"),
    "bytes": (b"\xff\xfe", ScenarioFormatError, "UTF-8"),
    "1,000 actions": (changed(actions=[{}] * 1_000), ScenarioSizeError, "1000 actions"),
    "NaN": (action(lon=float("nan")), ScenarioFormatError, "NaN"),
    "infinite": (action(lon=float("inf")), ScenarioFormatError, "Infinity"),
    "too large": (action(lon=123.5).replace("123.5", "1e999"), ScenarioFormatError, "too large"),
    "twice": (changed().replace('"id"', '"name": "x", "id"', 1), ScenarioFormatError, "twice"),
    "control": (action(name="a\u0000b"), ScenarioFormatError, "Action 1, name"),
    "turned text": (action(name="a\u202eb"), ScenarioFormatError, "Action 1, name"),
    "half a letter": (action(name="\ud800"), ScenarioFormatError, "UTF-8"),
    "long name": (action(name="x" * 121), ScenarioFormatError, "Action 1, name"),
    "path as id": (action(site_id="../../etc"), ScenarioFormatError, "Action 1, site_id"),
    "id and newline": (action(site_id="n\n"), ScenarioFormatError, "Action 1, site_id"),
    "other field": (action(evil=1), ScenarioFormatError, "evil"),
    "other verb": (action(action="delete"), ScenarioFormatError, "Action 1, action"),
    "no number": (action(places="7"), ScenarioFormatError, "Action 1, places"),
    "half a place": (action(places=7.5), ScenarioFormatError, "Action 1, places"),
    "yes as number": (action(places=True), ScenarioFormatError, "Action 1, places"),
    "negative": (action(places=-7), ScenarioFormatError, "Action 1, places"),
    "far away": (action(lon=181), ScenarioFormatError, "Action 1, lon"),
    "no kind": (action(kind="prison"), ScenarioFormatError, "Action 1, kind"),
    "next version": (changed(version=2), ScenarioFormatError, "version"),
    "no day": (changed(base_date="2022-02-31"), ScenarioFormatError, "calendar"),
    "sessions": (action(sessions_per_month=4), SiteSizeError, "Action 1"),
}


@pytest.mark.parametrize(("text", "error", "told"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused_whole_with_a_message(text, error, told):
    with pytest.raises(error, match=told.replace("(", r"\(")) as caught:
        parse_scenario(text)
    assert isinstance(caught.value, FinderError)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("actions", "numbers"),
    [
        ((Close("a", KIND), Close("a", KIND)), "1 .* 2"),
        ((Close("a", KIND), Resize("a", KIND, places=7)), "1 .* 2"),
        ((Move("a", KIND, 5, 50), NEW, Move("a", KIND, 5, 51)), "1 .* 3"),
        ((NEW, NEW), "1 .* 2"),
        ((NEW, Move("n", KIND, 5, 50)), "1 .* 2"),
    ],
)
def test_contradictions_name_both_actions(actions, numbers):
    with pytest.raises(ContradictionError, match=numbers):
        scenario(*actions)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (lambda: scenario(Open("n", KIND, 5, 50, places=-7)), SiteSizeError),
        (lambda: scenario(Open("n", KIND, 5, 50)), SiteSizeError),
        (lambda: scenario(Open("n", KIND, 5, None, places=7)), ScenarioFormatError),
        (lambda: scenario(Open("n", KIND, float("nan"), 50, places=7)), ScenarioFormatError),
        (lambda: scenario(Resize("m", "maternity", places=7)), SiteSizeError),
        (lambda: scenario(Resize("m", "maternity")), SiteSizeError),
        (lambda: scenario(Open("m", "maternity", 5, 50, subsidised=True)), SiteSizeError),
        (lambda: scenario(Close("m", "prison")), ScenarioFormatError),
        (lambda: scenario(*(Close(f"s{i}", KIND) for i in range(201))), ScenarioSizeError),
    ],
)
def test_a_value_that_cannot_be_is_never_made(given, error):
    with pytest.raises(error):
        given()


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (Close("unknown", KIND), UnknownSiteError),
        (Open("unknown", KIND), UnknownSiteError),
        (Close("b", KIND), ContradictionError),
        (Move("b", KIND, 5, 50), ContradictionError),
        (Resize("b", KIND, places=7), ContradictionError),
        (Open("a", KIND), ContradictionError),
        (Open("b", KIND, 5, 50, places=7), ContradictionError),
    ],
)
def test_a_bad_last_action_changes_nothing_and_is_named(last, error):
    before, kept = sites(), sites()
    with pytest.raises(error, match="Action 2"):
        apply(scenario(NEW, last), before)
    assert before.equals(kept)


def test_apply_does_what_the_actions_say_and_leaves_its_argument():
    before = sites()
    after = apply(scenario(*EVERY), before)
    assert before.equals(sites())
    assert after.table.index.tolist() == ["a", "b", "c", "n"]
    np.testing.assert_array_equal(after.open_size, [[28, 28], [21, 21], [0, 0], [21, 21]])
    np.testing.assert_array_equal(after.open_income_related, [[14, 14], [10.5, 10.5], [0, 0], [21, 21]])
    assert after.table.loc["a", ["lon", "lat"]].tolist() == [4.8, 50.3]
    assert after.table["is_hypothetical"].tolist() == [False, False, False, True]


def test_the_order_of_the_actions_does_not_matter():
    assert apply(scenario(*EVERY), sites()).equals(apply(scenario(*reversed(EVERY)), sites()))


@pytest.mark.parametrize("actions", [(one,) for one in EVERY] + [EVERY], ids=str)
def test_a_scenario_and_its_inverse_are_nothing_done_there_and_back(actions):
    done = apply(scenario(*actions), sites())
    back = inverse(scenario(*actions), sites())
    assert not done.equals(sites())
    assert apply(back, done).equals(sites())
    again = inverse(back, done)
    assert apply(again, sites()).equals(done)


def test_a_resized_site_gets_the_sizes_of_its_draws_back():
    resized = apply(scenario(Resize("a", KIND, places=70)), sites())
    assert apply(scenario(Resize("a", KIND)), resized).equals(sites())


def test_a_hypothetical_site_can_be_changed_and_taken_away_in_later_scenarios():
    opened = apply(scenario(NEW), sites())
    larger = apply(scenario(Resize("n", KIND, places=42)), opened)
    assert larger.open_size[3].tolist() == [42, 42]
    assert apply(scenario(Close("n", KIND)), larger).equals(sites())


def test_nothing_changes_nothing():
    assert apply(nothing(base_date=DAY, data_version="v"), sites()).equals(sites())


def test_other_kinds_are_left_alone():
    assert apply(scenario(Close("a", "maternity")), sites()).equals(sites())


def test_an_older_data_version_is_told_and_can_be_taken_over():
    old = scenario(Close("a", KIND), version="old")
    with pytest.raises(ScenarioVersionError, match="old"):
        require_data_version(old, "new")
    require_data_version(adopt_data_version(old, "new"), "new")


def test_scenarios_are_frozen_and_can_be_keys():
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario().name = "other"
    assert len({scenario(NEW), scenario(NEW)}) == 1
