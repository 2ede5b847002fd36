"""Parts of the page Scenarios without a page: links, steps, and the brief."""

import base64
import datetime
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.capacity.scenario import Close, Move, Open, Resize, Scenario
from finder.capacity.scenario_json import BYTES_MAX, parse_scenario
from finder.errors import ScenarioError, ScenarioFormatError, ScenarioSizeError
from finder.pages.scenarios_draft import Draft, Source, new_site_id, with_action, without_action
from finder.pages.scenarios_link import LINK_MAX, link_text, read_link

DAY = datetime.date(2022, 12, 31)


def _scenario(*actions):
    return Scenario("s", "Noms ”é” <b>", DAY, "0123456789ab", tuple(actions))


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


OPEN = Open("new-1", "day_care", 4.867, 50.467, places=21, name="Ici")
CLOSE = Close("site-1", "day_care")


def test_a_link_gives_the_same_scenario_back():
    made = _scenario(OPEN, CLOSE, Resize("site-2", "day_care", places=14), Move("site-2", "day_care", 4.9, 50.5))
    text = link_text(made)
    assert len(text) < 400
    assert parse_scenario(read_link(text)) == made


def test_a_scenario_too_large_for_a_link_is_refused_when_the_link_is_made():
    actions = [
        Open(
            f"new-{i}", "day_care", 4.0 + i * 0.0071317, 50.0 + i * 0.0013171, places=7 * (i % 9 + 1), name=f"N{i * i}"
        )
        for i in range(190)
    ]
    with pytest.raises(ScenarioSizeError, match="at most"):
        link_text(_scenario(*actions))


def test_a_link_that_unfolds_without_end_is_refused():
    with pytest.raises(ScenarioSizeError):
        read_link(_packed(b" " * 1_000_000))
    with pytest.raises(ScenarioSizeError):
        read_link("A" * (LINK_MAX + 1))


@pytest.mark.parametrize(
    "text", ["", "<script>", "a b", "AAAA", "é", "../etc", _packed(b"{}")[:-3], _packed(b"{}") + "AAAAAAAA"]
)
def test_a_broken_link_is_refused(text):
    with pytest.raises(ScenarioFormatError):
        parse_scenario(read_link(text))


@given(st.text(max_size=300) | st.binary(max_size=300).map(_packed))
def test_any_text_is_a_scenario_or_a_refusal(text):
    try:
        found = read_link(text)
        assert len(found) <= BYTES_MAX
        parse_scenario(found)
    except ScenarioError:
        pass


def test_steps_can_be_undone_and_done_again():
    start = Draft(_scenario(), source=Source("ready", "kce-all"))
    one = start.then(_scenario(OPEN))
    two = one.then(_scenario(OPEN, CLOSE))
    assert two.source is None
    assert two.undone().undone().scenario == start.scenario
    assert two.undone().undone().undone().scenario == start.scenario
    assert two.undone().redone().scenario == two.scenario
    assert two.undone().then(_scenario(CLOSE)).redone().scenario == _scenario(CLOSE)


def test_opening_another_scenario_can_be_undone():
    draft = Draft(_scenario(OPEN)).opened(_scenario(CLOSE), Source("ready", "x"), ("id", 3))
    assert draft.source == Source("ready", "x")
    assert draft.undone().scenario == _scenario(OPEN)


@pytest.mark.parametrize(
    ("action", "left"),
    [
        (Close("new-1", "day_care"), ()),
        (Move("new-1", "day_care", 4.5, 50.4), ((4.5, 50.4, 21),)),
        (Resize("new-1", "day_care", places=7), ((4.867, 50.467, 7),)),
    ],
)
def test_changing_a_site_of_the_scenario_changes_its_opening(action, left):
    found = with_action(_scenario(OPEN), action)
    assert tuple((a.lon, a.lat, a.places) for a in found.actions) == left


def test_a_later_action_replaces_what_it_contradicts():
    resized = with_action(_scenario(), Resize("site-1", "day_care", places=14))
    moved = with_action(resized, Move("site-1", "day_care", 4.5, 50.4))
    assert len(moved.actions) == 2
    again = with_action(moved, Resize("site-1", "day_care", places=28))
    assert {a.places for a in again.actions if isinstance(a, Resize)} == {28}
    assert with_action(again, CLOSE).actions == (CLOSE,)
    assert without_action(again, 0).actions == again.actions[1:]


def test_ids_of_new_sites_are_free():
    assert new_site_id(_scenario()) == "new-1"
    assert new_site_id(_scenario(OPEN)) == "new-2"
    assert json.loads(read_link(link_text(_scenario(OPEN))))["actions"][0]["site_id"] == "new-1"
