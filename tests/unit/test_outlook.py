"""What the forecast says of an area, on made-up tables and on the committed data."""

import numpy as np
import pandas as pd
import pytest

from finder.answers.atlas import Atlas
from finder.answers.forecast import ForecastDesk
from finder.answers.outlook import (
    AREAS,
    area_years,
    changes,
    communes_of,
    fewer_probability,
    held_in_brussels_pct,
    held_of,
    needs_of_year,
    past_of,
    sum_needs,
)
from finder.answers.places_needed import NeedAnswer, places_needed
from finder.capacity.conformal import HALF
from finder.errors import PlaceNotFoundError


@pytest.fixture(scope="module")
def desk() -> ForecastDesk:
    return ForecastDesk()


def _rows(children: float, reach_80: float, reach_95: float) -> pd.DataFrame:
    bounds = {}
    for pct, reach in ((80, reach_80), (95, reach_95)):
        bounds[f"low_{pct}"] = [(children + HALF) * np.exp(-reach) - HALF]
        bounds[f"high_{pct}"] = [(children + HALF) * np.exp(reach) - HALF]
    return pd.DataFrame({"children": [children], **bounds})


def test_as_many_as_today_is_even_odds():
    assert fewer_probability(_rows(100, 0.1, 0.15), _rows(100, 0.0, 0.0))[0] == pytest.approx(0.5)


def test_the_edge_of_the_interval_is_nine_in_ten():
    edge = float(_rows(100, 0.1, 0.15)["high_80"].iloc[0])
    assert fewer_probability(_rows(100, 0.1, 0.15), _rows(edge, 0.0, 0.0))[0] == pytest.approx(0.9)


def test_an_error_of_today_moves_both_numbers_and_does_not_count():
    sure = fewer_probability(_rows(90, 0.1, 0.15), _rows(100, 0.0, 0.0))
    same = fewer_probability(_rows(90, np.hypot(0.1, 0.08), np.hypot(0.15, 0.12)), _rows(100, 0.08, 0.12))
    assert same == pytest.approx(sure)


def test_sums_count_every_known_commune_once_and_spare_places_do_not_help():
    table = pd.DataFrame({
        "nis": list("abcd"), "year": 2030, "children": [100.0, 100.0, 100.0, 100.0], "need": [33.0] * 4,
        "places": [13.0, 53.0, 33.0, np.nan], "gap": [20.0, -20.0, 0.0, np.nan],
        "gap_probability": [0.9, 0.1, 0.5, np.nan],
    })  # fmt: skip
    needs = needs_of_year(NeedAnswer(table, pd.Series({"a": 2028}), []), 2030)
    found = sum_needs(needs, ["a", "b", "c", "d", "not there"])
    assert (found.likely_count, found.open_count, found.enough_count, found.unknown_count) == (1, 1, 1, 1)
    assert found.missing_count == 20
    assert found.need_count == 99
    assert needs["is_uncertain"].tolist() == [False, False, True, False]
    assert needs["first_year"].iloc[0] == 2028


def test_areas_add_up_to_their_communes(desk):
    table = desk.table(to=2030)
    communes = Atlas().communes
    for area in AREAS:
        inside = table[(table["level"] == "commune") & (table["year"] == 2030)].set_index("area")["children"]
        total = inside.reindex(communes_of(communes, area)).sum()
        assert area_years(table, area).loc[2030, "children"] == pytest.approx(total), area


def test_an_unknown_area_is_named(desk):
    with pytest.raises(PlaceNotFoundError, match="99999"):
        area_years(desk.table(to=2030), "99999")
    with pytest.raises(PlaceNotFoundError, match="99999"):
        held_of(desk, "99999")


def test_changes_keep_the_communes_and_say_which_are_unsure(desk):
    found = changes(desk.table(to=2030), year=2030, present_year=desk.present.year)
    assert len(found) == 280
    row = found.loc["92094"]
    assert row["change_pct"] == pytest.approx(100 * (row["children"] / row["children_today"] - 1))
    likely = found["fewer_probability"].clip(lower=1 - found["fewer_probability"])
    assert ((likely < 0.8) == found["is_uncertain"]).all()


def test_needs_of_the_committed_data_leave_the_german_speaking_unknown(desk):
    needs = needs_of_year(places_needed(desk, to=2030), 2030)
    communes = Atlas().communes
    unknown = needs.index[needs["gap"].isna()]
    assert sorted(unknown) == sorted(communes.index[communes["is_german_community"]])
    assert not needs.loc[unknown, "is_uncertain"].any()


def test_the_past_of_a_fused_commune_is_a_sum_without_margin(desk):
    fused, plain = past_of(desk, "82039"), past_of(desk, "92094")
    assert fused["low_80"].isna().all()
    assert fused["is_inside"].isna().all()
    assert plain["is_inside"].notna().all()
    row = plain[(plain["base"] == 2015) & (plain["target"] == 2020)].iloc[0]
    assert row["observed"] == 3142


def test_how_often_intervals_held_is_the_published_table(desk):
    held = held_of(desk, "84016")
    assert held.size_class == "under 5,000"
    assert held.cases_count == 2126
    assert held.held_80_pct == pytest.approx(80.2)
    assert held_in_brussels_pct(desk) == pytest.approx(73.2)
