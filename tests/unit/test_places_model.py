import numpy as np
import pandas as pd
import pytest

from finder.capacity.places_evidence import RegionTrends, audit_observations, commune_evidence
from finder.capacity.places_model import Design, fit_rates
from finder.capacity.places_spread import PLACE_COLUMNS, PublishedTotals, expected_places, spread_places
from finder.capacity.places_validation import leave_one_out, mean_absolute_errors, observed_targets
from finder.errors import EvidenceError

NIS = [f"{i:05d}" for i in range(40)]
TOTALS = PublishedTotals(
    walloon_subsidised=900, walloon_other=300, brussels=500, brussels_one=350.0, brussels_one_sd=20.0,
    brussels_income_share=0.6, provinces={"West": (500.0, 0.05)},
)  # fmt: skip


@pytest.fixture
def design():
    rng = np.random.default_rng(1)
    communes = pd.DataFrame(
        {"province": ["West"] * 15 + ["East"] * 15 + ["City"] * 10, "province_rate": 0.35, "region_share": 0.75},
        index=pd.Index(NIS, name="nis"),
    )
    return Design(communes, pd.DataFrame({"income": rng.standard_normal(40)}, index=communes.index))


@pytest.fixture
def communes(design):
    return pd.DataFrame(
        {
            "province": design.communes["province"],
            "region": ["Wallonia"] * 30 + ["Brussels"] * 10,
            "children": 100.0,
            "known_places": 0.0,
            "lowest_places": 0.0,
            "highest_places": np.inf,
            "kind_en_gezin_ratio": np.nan,
        },
        index=design.communes.index,
    )


def evidence(*rows):
    return pd.DataFrame(rows, columns=["nis", "kind", "operator", "rate", "sd_log"])


def draws(design, rows, count=4_000, seed=0):
    return fit_rates(design, rows).draw(count, rng=np.random.default_rng(seed))


def test_an_equality_is_met_within_its_own_deviation(design):
    rates, _ = draws(design, evidence(("00003", "total", "=", 0.8, 0.05)))
    assert np.exp(np.log(rates[:, 3]).mean()) == pytest.approx(0.8, rel=0.03)
    assert np.log(rates[:, 3]).std() == pytest.approx(0.05, rel=0.15)
    assert np.log(rates[:, 4]).std() > 0.15


def test_a_subsidised_value_binds_the_product_and_leaves_the_total_open(design):
    rates, shares = draws(design, evidence(("00003", "subsidised", "=", 0.1, 0.05)))
    assert np.exp(np.log(rates[:, 3] * shares[:, 3]).mean()) == pytest.approx(0.1, rel=0.05)
    assert np.log(rates[:, 3]).std() > 0.08


@pytest.mark.parametrize(("operator", "limit"), [(">", 0.9), ("<", 0.1)])
def test_limits_stay_limits(design, operator, limit):
    rates, _ = draws(design, evidence(("00003", "total", operator, limit, 0.01)))
    beyond = rates[:, 3] > limit if operator == ">" else rates[:, 3] < limit
    assert beyond.mean() > 0.95
    # Not pinned to the limit, and not far away: the writer took the nearest round number.
    assert 0.05 < abs(np.log(rates[:, 3]).mean() - np.log(limit)) < 0.4


def test_income_is_learnt_from_the_observed_communes(design):
    income = design.covariates["income"]
    rows = evidence(*((nis, "total", "=", 0.35 * np.exp(0.5 * income[nis]), 0.05) for nis in NIS[:15]))
    rates, _ = draws(design, rows)
    slope = np.polyfit(income[15:], np.log(rates).mean(axis=0)[15:], 1)[0]
    assert slope == pytest.approx(0.5, abs=0.12)


def test_the_spread_follows_the_evidence(design):
    rng = np.random.default_rng(5)
    chosen = [
        fit_rates(
            design, evidence(*((nis, "total", "=", 0.35 * np.exp(s * rng.standard_normal()), 0.02) for nis in NIS))
        ).spread
        for s in (0.2, 0.7)
    ]
    assert chosen[0] <= 0.3
    assert chosen[1] >= 0.5


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("99999", "total", "=", 0.3, 0.1), "outside the model: 99999"),
        (("00001", "other", "=", 0.3, 0.1), "neither total nor subsidised"),
        (("00001", "total", "~", 0.3, 0.1), "operator"),
        (("00001", "total", "=", 0.0, 0.1), "rate that is not above 0"),
        (("00001", "total", "=", np.nan, 0.1), "rate that is not above 0"),
        (("00001", "total", "=", 0.3, 0.0), "deviation"),
    ],
)
def test_impossible_evidence_is_named(design, row, message):
    with pytest.raises(EvidenceError, match=message):
        fit_rates(design, evidence(row))
    with pytest.raises(EvidenceError, match="lacks the columns sd_log"):
        fit_rates(design, evidence(("00001", "total", "=", 0.3, 0.1)).drop(columns="sd_log"))


def test_every_draw_meets_the_totals_and_keeps_the_limits(design, communes):
    communes.loc["00002", "lowest_places"] = 80
    communes.loc["00003", "highest_places"] = 10
    rng = np.random.default_rng(2)
    fitted = fit_rates(design, evidence(("00001", "total", "=", 0.3, 0.05)))
    central, variance = expected_places(fitted, communes, TOTALS, rng=rng)
    rates, shares = fitted.draw(20, rng=rng)
    every = [central] + [
        spread_places(rate, share, communes, TOTALS, rng=rng, log_variance=variance)
        for rate, share in zip(rates, shares, strict=True)
    ]
    for places in every:
        walloon = places.loc[communes["region"] == "Wallonia"]
        assert walloon.sum().tolist() == [900, 300, 0]
        assert int(places.loc[communes["region"] == "Brussels"].to_numpy().sum()) == 500
        assert (places >= 0).all(axis=None)
        assert places.loc["00002"].sum() >= 80
        assert places.loc["00003"].sum() <= 10
        assert list(places.columns) == list(PLACE_COLUMNS)
    assert central.loc[NIS[:15]].to_numpy().sum() == pytest.approx(500, abs=5)
    # The published commune moves less than the others when totals are met.
    assert variance[1] < 0.1 * np.median(variance)


def test_the_same_seed_gives_the_same_places(design, communes):
    def once():
        rng = np.random.default_rng(9)
        return expected_places(
            fit_rates(design, evidence(("00001", "total", "=", 0.3, 0.05))), communes, TOTALS, rng=rng
        )

    pd.testing.assert_frame_equal(once()[0], once()[0])


OBSERVED = [
    # area_id, level, year, indicator, operator, value, doubt, source
    ("00001", "commune", 2021, "coverage_total_pct", "=", 40.0, None, "press"),
    ("00002", "commune", 2021, "coverage_total_pct", ">", 90.0, None, "press"),
    ("00003", "commune", 2021, "coverage_total_pct", "=", 0.0, None, "press"),
    ("00004", "commune", 2020, "coverage_total_pct", "=", 8.0, "probably subsidised places only", "dhnet"),
    ("00005", "commune", 2020, "coverage_total_pct", "=", 9.0, "probably subsidised places only", "dhnet"),
    ("00005", "commune", 2020, "coverage_subsidised_pct", "=", 9.0, None, "chronique"),
    ("00006", "commune", 2020, "places_total", "=", 42.0, None, "levif"),
    ("00035", "commune", 2018, "coverage_ratio_0_3", "=", 0.5, "IBSA divides", "IBSA"),
    ("00035", "commune", 2021, "coverage_total_pct", "=", 30.0, None, "press"),
    ("01000", "country", 2015, "coverage_total_pct", "=", 37.0, None, "study"),
]


@pytest.fixture
def observations():
    names = ["area_id", "level", "year", "indicator", "operator", "value", "doubt", "source"]
    return pd.DataFrame(OBSERVED, columns=names).assign(area_name=lambda frame: "name " + frame["area_id"])


@pytest.fixture
def audit(observations, communes):
    walloon = pd.DataFrame(
        {"places_total": [120, 110, 100], "coverage_pct": [40.0, 38.0, 36.0]}, index=[2020, 2021, 2022]
    )
    trends = RegionTrends(walloon, pd.Series({2018: 30.0, 2021: 40.0}), 44.0, 32.9)
    return audit_observations(observations, trends, communes["children"], communes["region"] == "Brussels")


def test_every_observation_is_judged(audit, observations):
    assert audit.index.tolist() == observations.index.tolist()
    used_as = [
        "total",
        "total",
        "total",
        "subsidised",
        None,
        "subsidised",
        "total",
        "total under 3 (IBSA)",
        "total",
        None,
    ]
    assert [value if isinstance(value, str) else None for value in audit["used_as"]] == used_as
    assert audit["used"].tolist() == [value is not None for value in used_as]
    assert audit["why"].str.len().min() > 5


def test_values_move_with_their_region_and_limits_stay(audit):
    assert audit["base_pct"][0] == pytest.approx(40 * 36 / 38)
    assert audit["base_pct"][1] == pytest.approx(90 * 36 / 38)
    assert audit["operator_used"][1] == ">"
    assert audit["base_pct"][6] == pytest.approx(100 * 42 * (100 / 120) / 100)
    assert audit["base_pct"][8] == pytest.approx(30 * 44 / 40)


def test_no_place_is_below_one_childminder(audit):
    assert audit["operator_used"][2] == "<"
    assert audit["base_pct"][2] == 4.0


def test_doubtful_values_weigh_less(audit):
    assert audit["is_doubtful"].tolist() == [False, False, False, True, *[False] * 6]
    assert audit["sd_log"][3] > audit["sd_log"][5] > audit["sd_log"][0]


def test_indicators_are_never_mixed(audit):
    kinds = commune_evidence(audit).set_index("nis")["kind"].to_dict()
    assert kinds == {
        "00001": "total", "00002": "total", "00003": "total", "00004": "subsidised", "00005": "subsidised",
        "00006": "total", "00035": "total",
    }  # fmt: skip


def test_only_clear_equalities_judge_the_model(audit, observations):
    targets = observed_targets(audit, observations)
    assert targets.index.tolist() == ["00001", "00003", "00006", "00035"]
    assert targets.loc["00003", "observed_pct"] == 0


def test_a_left_out_commune_does_not_see_its_own_value(design, communes):
    rows = evidence(("00001", "total", "=", 3.0, 0.01), ("00002", "total", "=", 0.36, 0.01))
    targets = pd.DataFrame({"year": 2021, "observed_pct": 300.0, "is_doubtful": False}, index=["00001"])
    communes.loc["00001", "lowest_places"] = 250
    made = leave_one_out(targets, design, rows, communes, TOTALS, rng=np.random.default_rng(3), draw_count=20)
    assert made.loc["00001", "model_pct"] < 100
    assert made.loc["00001", "model_error"] == pytest.approx(made.loc["00001", "model_pct"] - 300)
    assert communes.loc["00001", "lowest_places"] == 250


def test_doubtful_rows_do_not_count_in_the_error():
    made = pd.DataFrame(
        {
            "observed_pct": [10.0, 10.0], "model_pct": [12.0, 99.0], "province_mean_pct": [15.0, 10.0],
            "region_mean_pct": [20.0, 10.0], "is_doubtful": [False, True],
        }
    )  # fmt: skip
    assert mean_absolute_errors(made).to_dict() == {"model": 2.0, "province_mean": 5.0, "region_mean": 10.0}


def test_the_expected_rates_are_the_mean_of_the_draws(design):
    rows = evidence(("00003", "total", "=", 0.8, 0.05), ("00004", "total", ">", 0.9, 0.05))
    fitted = fit_rates(design, rows)
    rates, shares, variance = fitted.expected(rng=np.random.default_rng(1))
    drawn = fitted.draw(20_000, rng=np.random.default_rng(2))
    np.testing.assert_allclose(drawn[0].mean(axis=0), rates, rtol=0.03)
    np.testing.assert_allclose(drawn[1].mean(axis=0), shares, rtol=0.03)
    np.testing.assert_allclose(np.log(drawn[0]).var(axis=0), variance, rtol=0.12)
