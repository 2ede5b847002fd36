"""The numbers of a commune's sheet: published values are the published ones, sums add up, nothing is invented."""

import datetime

import numpy as np
import pandas as pd
import pytest

from finder.answers.atlas import Atlas
from finder.answers.commune_frame import COLUMNS, sheet_frame
from finder.answers.commune_sheet import CommuneSheet, SheetBasis, commune_sheet
from finder.answers.pooled import pooled_intervals
from finder.answers.province_sheet import find_province, province_sheet
from finder.errors import MeasureError, PlaceNotFoundError

pytestmark = pytest.mark.xdist_group("planner")
DAY = datetime.date(2026, 11, 22)


def _sheet(atlas: Atlas, sheet_basis: SheetBasis, nis: str) -> CommuneSheet:
    return commune_sheet(atlas, sheet_basis, nis)


@pytest.mark.parametrize(
    ("nis", "operator", "value", "year"),
    [("84016", "=", 140.0, 2021), ("21001", "=", 18.0, 2021), ("25119", ">", 90.0, 2021)],
)
def test_published_values_stand_as_printed(atlas, sheet_basis, nis, operator, value, year):
    latest = _sheet(atlas, sheet_basis, nis).published.iloc[0]
    assert (latest["operator"], latest["value"], latest["year"]) == (operator, value, year)
    assert latest["is_used"]


def test_ours_beside_a_published_value_counts_the_same_places(atlas, sheet_basis):
    sheet = _sheet(atlas, sheet_basis, "21001")
    row = sheet.published.iloc[0]
    children = sheet_basis.measures.table["children_0_2_5"]["21001"]
    assert row["compared"] == "one_rate"
    assert row["ours"] == pytest.approx(100 * sheet.modelled.places.loc["one", "value"] / children)
    # With Kind en Gezin's places the rate of Anderlecht is higher: it must not be compared with ONE's.
    assert sheet.modelled.measures.loc["coverage_pct", "value"] > row["ours"] + 5


def test_a_commune_without_published_value_says_so(atlas, sheet_basis):
    sheet = _sheet(atlas, sheet_basis, "91054")
    assert sheet.published.empty
    assert sheet.modelled.evidence == "model"


def test_tenures_and_types_add_up(atlas, sheet_basis):
    part = _sheet(atlas, sheet_basis, "21001").modelled
    values = part.places["value"]
    assert values["total"] == values[["subsidised", "other", "kind_en_gezin"]].sum()
    assert values["one"] == values[["subsidised", "other"]].sum()
    assert part.consultations["value"] == sum(part.consultation_types.values())


def test_margins_have_the_sign_of_the_rule(atlas, sheet_basis):
    for nis in ("84016", "21001"):
        lines = _sheet(atlas, sheet_basis, nis).modelled.definitions
        for key in ("low_coverage", "low_income_related", "crowded", "lowest_fifth"):
            assert lines.loc[key, "holds"] == (lines.loc[key, "margin"] < 0)
        assert lines.loc["beyond_walk_20", "holds"] == (lines.loc["beyond_walk_20", "margin"] >= 0)


def test_the_rank_is_that_of_the_rates(atlas, sheet_basis):
    rates = sheet_basis.measures.table["coverage_pct"]
    inside = rates[atlas.communes.loc[rates.index, "province"] == "Luxembourg"]
    rank = _sheet(atlas, sheet_basis, "84016").modelled.rank
    assert rank.place == 1 + int((inside > inside["84016"]).sum())
    assert rank.of_count == len(inside)


def test_neighbours_touch(atlas, sheet_basis):
    around = _sheet(atlas, sheet_basis, "84016").around
    names = set(around.loc[around["is_neighbour"], "name_fr"])
    assert names == {"Daverdisse", "Beauraing", "Bièvre", "Gedinne", "Libin", "Paliseul", "Wellin"}


def test_german_speaking_communes_have_no_figure_of_one(atlas, sheet_basis):
    sheet = _sheet(atlas, sheet_basis, "63023")
    assert sheet.is_german_community
    assert sheet.modelled is None
    assert np.isnan(sheet.around.loc["63023", "coverage_pct"])
    assert np.isfinite(sheet.minutes.loc["maternity", "median_min"])
    assert "modelled_places_by_commune" not in set(sheet.sources["id"])


def test_without_the_model_nothing_of_it_is_left(atlas, sheet_basis):
    sheet = _sheet(atlas, sheet_basis, "84016").without_model()
    assert sheet.modelled is None
    assert sheet.published["ours"].isna().all()
    assert "coverage_pct" not in sheet.around
    assert "modelled" not in set(sheet_frame(sheet)["basis"])


def test_known_services_are_never_modelled(atlas, sheet_basis):
    known = _sheet(atlas, sheet_basis, "21004").known
    assert len(known) > 50
    assert not known["provenance"].isin(["modelled", "hypothetical"]).any()


def test_the_frame_holds_every_number_once(atlas, sheet_basis):
    frame = sheet_frame(_sheet(atlas, sheet_basis, "21001"))
    assert list(frame.columns) == COLUMNS
    assert not frame.duplicated(["topic", "figure", "year", "basis"]).any()
    total = frame[(frame["topic"] == "places") & (frame["figure"] == "total")].iloc[0]
    assert total["p10"] < total["p90"]


def test_a_rate_pooled_is_all_places_over_all_children(atlas, sheet_basis):
    table = sheet_basis.measures.table
    codes = ["84016", "84035", "84050"]
    places = (table.loc[codes, "coverage_pct"] * table.loc[codes, "children_0_2_5"]).sum()
    pooled = pooled_intervals(sheet_basis.measures, codes)
    assert pooled.loc["coverage_pct", "value"] == pytest.approx(places / table.loc[codes, "children_0_2_5"].sum())
    with pytest.raises(MeasureError, match="No commune"):
        pooled_intervals(sheet_basis.measures, [])


def test_a_province_is_its_communes(atlas, sheet_basis):
    sheet = province_sheet(atlas, sheet_basis, "Liège")
    assert len(sheet.communes) == 84
    assert sheet.communes["is_german_community"].sum() == 9
    assert sheet.communes.loc["64008", "published_pct"] == 54.8
    # Twelve per cent of Amay was read as subsidised places: it must not stand as the rate of all its places.
    assert pd.isna(sheet.communes.loc["61003", "published_pct"])
    rate = sheet.modelled.measures.loc["coverage_pct", "value"]
    assert rate == pytest.approx(100 * sheet.modelled.places.loc["total", "value"] / sheet.children)


def test_unknown_places_are_refused(atlas, sheet_basis):
    with pytest.raises(PlaceNotFoundError, match="99999"):
        commune_sheet(atlas, sheet_basis, "99999")
    with pytest.raises(PlaceNotFoundError, match="Brabant wallon"):
        find_province(atlas, "Flandre")
    assert find_province(atlas, " liège ") == "Liège"
