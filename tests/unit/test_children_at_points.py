"""The children behind every planner's figure, in each year one can ask for, on the committed data."""

import numpy as np
import pytest

from finder.answers.atlas import Atlas
from finder.answers.children import DEMAND_YEARS, SUPPLY_YEAR, TODAY_YEAR, by_commune, children_at_points
from finder.answers.coverage import coverage_table
from finder.errors import DatasetNotFoundError

COLUMNS = ("children_0_2_5", "children_0_5")


@pytest.fixture(scope="module")
def atlas():
    return Atlas()


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
    # The model rounds to halves.
    assert (children - modelled).abs().max() <= 0.25


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
    with pytest.raises(DatasetNotFoundError, match="21001"):
        children_at_points(atlas, TODAY_YEAR, "children_0_5")
