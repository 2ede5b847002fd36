"""The children behind every planner's figure, in each year one can ask for, on the committed data."""

import numpy as np
import pytest

from finder.answers.atlas import Atlas
from finder.answers.children import DEMAND_YEARS, SUPPLY_YEAR, TODAY_YEAR, by_commune, children_at_points
from finder.answers.coverage import coverage_table
from finder.errors import DatasetNotFoundError
from finder.sources import store

COLUMNS = ("children_0_2_5", "children_0_5")


@pytest.mark.parametrize("year", DEMAND_YEARS)
@pytest.mark.parametrize("column", COLUMNS)
def test_every_commune_that_one_serves_has_children_and_no_other(atlas, year, column):
    children = by_commune(children_at_points(atlas, year, column), atlas)
    is_outside = atlas.communes["is_german_community"].to_numpy(dtype=bool)
    assert (children[~is_outside] > 0).all()
    assert (children[is_outside] == 0).all()


@pytest.mark.parametrize("column", COLUMNS)
def test_todays_children_are_those_of_the_nowcast(atlas, column):
    served = atlas.communes.index[~atlas.communes["is_german_community"]]
    children = by_commune(children_at_points(atlas, TODAY_YEAR, column), atlas)[served]
    np.testing.assert_allclose(children, atlas.children_nowcast[column][served])


def test_the_children_of_the_supply_year_are_those_that_the_places_were_modelled_with(atlas):
    modelled = atlas.modelled_places["children_0_2_5"]
    children = by_commune(children_at_points(atlas, SUPPLY_YEAR, "children_0_2_5"), atlas)[modelled.index]
    np.testing.assert_allclose(children, modelled.astype(float), rtol=1e-12)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_children_of_the_supply_year_are_those_of_the_population_series(atlas, column):
    people = store.load_population_series().query("year == @SUPPLY_YEAR")
    ages = people.pivot_table(index="nis", columns="age", values="count").astype(float)
    of_column = {"children_0_2_5": ages[0] + ages[1] + ages[2] / 2, "children_0_5": ages[list(range(6))].sum(axis=1)}
    served = atlas.communes.index[~atlas.communes["is_german_community"]]
    children = by_commune(children_at_points(atlas, SUPPLY_YEAR, column), atlas)[served]
    np.testing.assert_allclose(children, of_column[column][served], rtol=1e-12)


def test_the_walloon_rate_of_the_base_date_is_the_published_one(atlas):
    region = atlas.communes["region"]
    children = by_commune(children_at_points(atlas, SUPPLY_YEAR, "children_0_2_5"), atlas).groupby(region).sum()
    places = atlas.modelled_places["places_total"].groupby(region).sum()
    assert round(100 * places["Wallonia"] / children["Wallonia"], 1) == 36.6


@pytest.mark.parametrize("year", DEMAND_YEARS)
def test_every_commune_has_a_rate_in_every_year(atlas, year):
    table = coverage_table(atlas, year)
    assert len(table) == 271
    assert table.notna().all(axis=None)


def test_an_estimate_of_another_year_is_not_taken_for_todays():
    atlas = Atlas()
    atlas.__dict__["children_nowcast"] = atlas.children_nowcast.assign(year=TODAY_YEAR + 1)
    with pytest.raises(DatasetNotFoundError, match=str(TODAY_YEAR + 1)):
        children_at_points(atlas, TODAY_YEAR, "children_0_5")


def test_a_commune_without_an_estimate_is_named():
    atlas = Atlas()
    atlas.__dict__["children_nowcast"] = atlas.children_nowcast.drop(index="21001")
    atlas.__dict__["children_series"] = atlas.children_series.drop(index="91054", level="nis")
    with pytest.raises(DatasetNotFoundError, match="21001"):
        children_at_points(atlas, TODAY_YEAR, "children_0_5")
    with pytest.raises(DatasetNotFoundError, match="91054"):
        children_at_points(atlas, SUPPLY_YEAR, "children_0_5")


@pytest.mark.parametrize("year", [SUPPLY_YEAR, TODAY_YEAR])
def test_children_without_a_point_to_live_at_are_not_lost(year):
    atlas = Atlas()
    for points_year in (2020, 2024):
        points = atlas.demand(points_year)
        kept = points["children_0_5"].where(points["nis"] != "91054", 0)
        atlas._demand[points_year] = points.assign(children_0_5=kept)
    with pytest.raises(DatasetNotFoundError, match="91054 have no demand point"):
        children_at_points(atlas, year, "children_0_5")
