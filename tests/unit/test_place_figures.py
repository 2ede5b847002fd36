"""Places as figures: counts and classes are taken in the draws, the values of a commune in the central network."""

import numpy as np
import pandas as pd
import pytest

from finder.answers.place_figures import CHILDREN_PER_PLACE, COVERAGE, PlaceFigure, without_border
from finder.capacity.coverage import BARCELONA_TARGETS
from finder.maps.palettes import COVERAGE_PCT

NIS = pd.Index(["a", "b", "c", "d"], name="nis")


def _figure(name=COVERAGE, border=(0.0, 0.2, 0.6, 1.0)):
    # The central network (0) is even; each draw has one or two communes with few places.
    per_100 = pd.DataFrame(
        {0: [40.0, 40.0, 40.0, 40.0], 1: [10.0, 50.0, 50.0, 50.0], 2: [10.0, 20.0, 60.0, 70.0]}, index=NIS
    )
    children = pd.Series([100.0, 100.0, 100.0, 300.0], index=NIS)
    return PlaceFigure(name, 2023, per_100, children, pd.Series(border, index=NIS), "x")


def test_few_places_are_counted_in_the_draws():
    few = _figure().beyond_line()
    assert few.loc["communes", "value"] == 0
    assert few.loc["communes", "median"] == 1.5
    assert few.loc["children", "median"] == pytest.approx(1.5 * 100 / 600)


def test_few_places_are_many_children_per_place():
    places, turned = (_figure(name).beyond_line().loc["communes", "median"] for name in (COVERAGE, CHILDREN_PER_PLACE))
    assert places == turned == 1.5


def test_classes_are_counted_in_the_draws():
    counts = _figure().class_counts(COVERAGE_PCT)
    middle, low = COVERAGE_PCT.classes([40.0, 10.0])
    assert counts.loc[middle].tolist() == [0, 0]
    assert counts.loc[low].tolist() == [1, 1]


def test_communes_together_weigh_by_children():
    pooled = _figure().pooled(["a", "d"])
    assert pooled["value"] == 40
    assert pooled["p10"] == pytest.approx(40 + 0.1 * (55 - 40))
    assert _figure(CHILDREN_PER_PLACE).pooled(["a", "d"])["value"] == pytest.approx(2.5)


def test_no_place_is_infinitely_many_children_per_place_and_no_child_is_unknown():
    figure = _figure(CHILDREN_PER_PLACE)
    figure.places_per_100.loc["a", 0] = 0.0
    figure.places_per_100.loc["b", 0] = np.nan
    assert figure.values.loc["a", 0] == np.inf
    assert np.isnan(figure.values.loc["b", 0])


def test_communes_near_the_border_are_set_apart():
    inner, near_count = without_border(_figure())
    assert near_count == 2
    assert inner.equals(_figure().pooled(["a", "b"]))


def test_the_marks_of_the_trend_are_participation():
    assert {target.measures for target in BARCELONA_TARGETS} == {"participation"}
