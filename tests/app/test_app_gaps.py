"""The page Gaps on the real data: answers that speak in draws, both views, with and without the model."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from finder.answers.gaps import GapQuestion
from finder.capacity.definitions import POINT_DEFINITIONS
from finder.maps.export import csv_bytes
from finder.pages import cached_planner, gaps_export
from finder.words.messages import LANGUAGES, Messages

pytestmark = pytest.mark.xdist_group("planner")
SECONDS = 120


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string("from finder.pages import gaps\ngaps.render()\n", default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _plain(app: AppTest) -> str:
    text = "\n".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("&#x27;", "'"))


def _first_answer(app: AppTest) -> str:
    return re.search(r'fi-answer-first">(.*?)</p>', _plain(app))[1]


@pytest.mark.parametrize("view", ["communes", "areas"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_views_open_in_every_language(language, view):
    app = _page(lang=language, view=view)
    assert not app.exception
    assert Messages(language)("gaps.title") in _plain(app).replace("&amp;", "&") or language == "fr"
    assert "fi-modelled" in _plain(app)


def test_the_answer_is_the_expected_number_with_its_range_not_the_smooth_centre():
    app = _page(show="low_coverage")
    count, low, high = map(
        int, re.search(r"Environ (\d+) communes sur 271 \((\d+) à (\d+) selon", _first_answer(app)).groups()
    )
    assert low < count < high
    # The central network has far fewer: saying its number would hide half of the communes.
    assert low > 80
    sure = [int(n) for n in re.search(r"certain dans (\d+), probable dans (\d+), incertain dans (\d+), peu probable ou "
            r"exclu dans (\d+)", _plain(app)).groups()]  # fmt: skip
    assert sum(sure) == 271


def test_yes_no_and_unknown_that_are_read_add_up():
    page = _plain(_page())
    table = next(part for part in page.split("<table>") if "Communes : oui" in part)
    rows = re.findall(r"<tr>(<td>.*?)</tr>", table)
    assert len(rows) == 8
    for row in rows:
        cells = re.findall(r"<td.*?>(.*?)</td>", row)
        yes, no, unknown = (int(cell.split(" (")[0]) for cell in cells[1:4])
        assert yes + no + unknown == 271


def test_moving_a_limit_moves_the_answer_and_the_address():
    app = _page(show="low_coverage")
    before = _first_answer(app)
    app.select_slider(key="gaps_limit_low_coverage").set_value(25.0).run()
    assert not app.exception
    assert _first_answer(app) != before
    assert "Moins de 25 places" in _first_answer(app)
    assert "low_coverage:25" in app.query_params["limits"]


def test_a_moved_limit_counts_for_the_agreement_too():
    assert _first_answer(_page(limits="low_coverage:15,crowded:5")) != _first_answer(_page())


def test_bad_parameters_fall_back_to_the_start():
    app = _page(
        view="x", show="<b>", least="99", keys="nothing,<script>", limits="low_coverage:-5,crowded:nan,x:1" * 50,
        trip="7", year="1", lack="rocket", within="999", few="-1", agree="99", pkeys="x,<b>" * 50, commune="00000",
    )  # fmt: skip
    assert not app.exception
    assert _first_answer(app) == _first_answer(_page())


def test_a_definition_that_is_not_chosen_any_more_is_not_shown():
    app = _page(show="crowded")
    app.multiselect(key="gaps_keys").set_value(["low_coverage", "combined_need"]).run()
    assert not app.exception
    assert app.session_state["gaps_show"] == "agreement"
    assert app.session_state["gaps_least"] == 2


def test_no_definition_means_those_of_the_start():
    app = _page()
    app.multiselect(key="gaps_keys").set_value([]).run()
    assert not app.exception
    assert len(app.session_state["gaps_keys"]) == 7


def test_a_chosen_commune_shows_every_definition():
    page = _plain(_page(commune="92094"))
    sheet = page.split('class="fi-sheet"')[1].split("</dl>")[0]
    assert "Namur" in sheet
    assert len(re.findall(r"\d %|exclu", sheet)) >= 8
    assert "Part des tirages" in sheet


def test_a_german_speaking_commune_is_said_to_be_outside():
    assert "commune germanophone, hors ONE" in _plain(_page(commune="63023"))


def test_without_the_model_nothing_is_invented():
    app = _page(view="areas")
    app.toggle(key="planner_modelled").set_value(False).run()
    page = _plain(app)
    assert not app.exception
    assert "aucune de ces définitions ne peut être jugée" in page
    assert "tirages)" not in page
    assert "fi-modelled" not in page
    table = page.split("<table>")[1]
    assert all(int(re.findall(r"<td.*?>(.*?)</td>", row)[1]) == 0 for row in re.findall(r"<tr>(<td>.*?)</tr>", table))


def test_children_far_from_a_consultation_grow_as_the_limit_falls():
    counts = []
    for within in ("10", "30"):
        text = _first_answer(_page(view="areas", within=within)).replace(" ", "")
        counts.append(int(re.match(r"Environ(\d+)enfants", text)[1]))
    assert counts[0] > counts[1] > 1000


def test_a_place_by_car_where_hardly_anyone_is_far():
    app = _page(view="areas", lack="car", within="30")
    assert not app.exception


def _children(app):
    return int(re.match(r"Environ(\d+)enfants", _first_answer(app).replace(" ", ""))[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lack", ["places", "agreement"])
def test_gaps_in_places_and_of_definitions_that_agree_open_in_every_language(language, lack):
    app = _page(lang=language, view="areas", lack=lack)
    assert not app.exception
    t = Messages(language)
    assert t("gaps.col.reachable") in _plain(app).replace("\u202f", " ")


def test_more_children_per_place_is_more_of_a_gap():
    counts = [_children(_page(view="areas", lack="places", few=few)) for few in ("2", "3", "5")]
    assert counts[0] > counts[1] > counts[2] > 0


def test_fewer_definitions_hold_together():
    counts = [_children(_page(view="areas", lack="agreement", agree=agree)) for agree in ("1", "3")]
    assert counts[0] > counts[1] > 0


def test_definitions_of_points_can_be_left_out_and_never_all():
    app = _page(view="areas", lack="agreement")
    app.multiselect(key="gaps_pkeys").set_value(["crowded", "farther_pram_20"]).run()
    assert not app.exception
    assert "Au moins 2 définitions sur 2" in _plain(app)
    assert app.query_params["pkeys"] == "crowded,farther_pram_20"
    app.multiselect(key="gaps_pkeys").set_value([]).run()
    assert len(app.session_state["gaps_pkeys"]) == 4


def test_the_file_of_points_has_every_definition_and_how_many_agree():
    question = GapQuestion(rule="agreement")
    found, judged = cached_planner.gaps(question), cached_planner.judged_points(question.reach)
    frame = gaps_export.points_frame(found, judged)
    assert {f"{rule.key}_share" for rule in POINT_DEFINITIONS} <= set(frame)
    assert frame["children_0_5"].sum() == pytest.approx(found.points["children_0_5"].sum())
    held = frame[[f"{key}_share" for key in question.keys]].sum(axis=1)
    np.testing.assert_allclose(frame["mean_holds_count"], held)
    np.testing.assert_allclose(frame["agreement_share"], frame["draw_share"])
    assert frame["area_id"].notna().equals(frame["is_gap"])
    assert csv_bytes(frame, attribution=["made by"]).count(b"\n") > len(frame)


@pytest.mark.parametrize(
    ("view", "keys"),
    [("communes", ("gaps_overlap", "gaps_table", "gaps_stability")), ("areas", ("gaps_point_definitions",))],
)
def test_panels_open_with_their_tables(view, keys):
    app = _page(view=view)
    before = _plain(app).count("<table>")
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    assert _plain(app).count("<table>") >= before + len(set(keys) - {"gaps_table"})
