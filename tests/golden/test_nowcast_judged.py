"""The nowcast judged on the children of 0-4 counted on 1 January 2024, from what was known before that day."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.nowcast import fit_spread, judge, mean_error_pct
from finder.sources import store
from finder.sources.nowcast_table import counts_of


@pytest.fixture(scope="module")
def counts():
    return counts_of(
        store.load_population_by_age(),
        store.load_births(),
        store.load_commune_figures(),
        store.load_children_by_commune_281(),
    )


@pytest.fixture(scope="module")
def judged(counts):
    return judge(counts, 2024)


def shares_by_size(counts, values):
    people = store.load_population_by_age().query("year == 2020").groupby("nis")["count"].sum()
    return values.groupby(pd.cut(people, [0, 5_000, 10_000, 20_000, np.inf], labels=False)).mean()


def test_the_mean_error_beats_the_bar_in_all_280_communes(counts, judged):
    assert judged.expected.notna().sum() == judged.observed.notna().sum() == 280
    assert mean_error_pct(judged.expected, judged.observed) == pytest.approx(3.43, abs=0.01)
    by_size = shares_by_size(counts, (judged.expected / judged.observed - 1).abs() * 100)
    assert by_size.tolist() == pytest.approx([4.92, 3.68, 3.09, 2.02], abs=0.01)


def test_it_beats_the_count_of_2020_carried_forward(counts, judged):
    carried = counts.ages[[(2020, age) for age in range(5)]].sum(axis=1)
    assert mean_error_pct(carried, judged.observed) == pytest.approx(7.08, abs=0.01)
    assert mean_error_pct(judged.expected, judged.observed) < 4.0


def test_the_total_is_right_to_one_percent(judged):
    assert judged.expected.sum() / judged.observed.sum() == pytest.approx(1.0, abs=0.01)


def test_the_interval_holds_in_arrondissements_it_was_not_fitted_on(counts, judged):
    inside = pd.Series(False, index=judged.expected.index)
    for communes in counts.places.groupby("arrondissement").groups.values():
        others = judged.expected.index.difference(communes)
        bounds = fit_spread(judged.expected[others], judged.observed[others]).bounds(judged.expected[communes])
        inside[communes] = judged.observed[communes].between(bounds["low"], bounds["high"])
    assert 0.75 <= inside.mean() <= 0.85
    assert shares_by_size(counts, inside.astype(float)).between(0.70, 0.90).all()


def test_the_committed_table_is_whole_and_flagged():
    table = store.load_children_nowcast()
    assert len(table) == 280
    assert set(table["year"]) == {2026}
    assert set(table["basis"]) == {"estimated"}
    for figure in ("children_0_2_5", "children_0_5"):
        assert (table[f"{figure}_p10"] < table[figure]).all()
        assert (table[figure] < table[f"{figure}_p90"]).all()
    assert (table["children_0_2_5"] < table["children_0_5"]).all()
    noted = table[table["note"].notna()]
    assert noted["nis"].tolist() == ["82039"]
    assert "births of 2024 not published" in noted["note"].item()
