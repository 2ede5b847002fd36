"""Best next sites on real roads: every number beside a count by hand, bad questions refused, the table kept on disk."""

import itertools
import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from finder.answers import siting, siting_table
from finder.answers.atlas import Atlas
from finder.answers.siting import EXISTING, SitingQuestion, find_sites, selection_shares, siting_problem
from finder.answers.siting_table import locality_minutes, minutes_to
from finder.errors import IncompleteSupplyError, LocationError, UnknownKindError
from finder.geo.nearest import nearest_services

COMMUNES = ("25031", "25107", "25105", "62003")
"""Genappe, Villers-la-Ville, Tubize, and one beyond the province: Ans."""

WOMEN = SitingQuestion("maternity", "fewest_minutes", 2, people="women_15_49")
AT_SEA = "25031-at-sea"


class SomeCommunes(Atlas):
    """Every fifteenth demand point and all localities of four communes on the whole network, and one point at sea."""

    def demand(self, year):
        points = super().demand(year)
        few = points[points["nis"].isin(COMMUNES)].sort_index().iloc[::15]
        assert set(few["nis"]) == set(COMMUNES)
        lost = few.iloc[[0]].rename(index={few.index[0]: AT_SEA}).assign(lon=2.5, lat=51.4)
        return pd.concat([few, lost])

    @property
    def localities(self):
        everywhere = self.keep(("all",), lambda: super(SomeCommunes, self).localities)
        return everywhere[everywhere["nis"].isin(COMMUNES)].reset_index(drop=True)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    # The searches without a hierarchy give the same minutes to the bit; building one takes a minute.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(siting_table, "load_hierarchy", lambda _: None)
        patch.setenv("FINDER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield SomeCommunes()


@pytest.fixture(scope="module")
def found(atlas):
    return find_sites(atlas, WOMEN, gap=0.0)


def people_minutes(problem, columns):
    existing = np.flatnonzero(problem.existing)
    return float(problem.people @ problem.minutes[:, [*existing, *columns]].min(axis=1).astype(float))


def test_no_other_two_localities_save_more_minutes(atlas, found):
    problem, points, unreachable = siting_problem(atlas, WOMEN)
    assert problem.site_ids[-1] == EXISTING
    assert problem.existing.sum() == 1
    best = min(people_minutes(problem, pair) for pair in itertools.combinations(problem.candidates, 2))
    assert found.solution.status == "optimal"
    assert found.solution.objective == pytest.approx(best, rel=1e-6)
    columns = np.flatnonzero(np.isin(problem.site_ids, found.sites.index))
    assert people_minutes(problem, columns) == pytest.approx(best, rel=1e-6)
    assert points.index.equals(found.points.index)
    assert unreachable.index.tolist() == [AT_SEA]


def test_minutes_to_existing_sites_are_those_of_the_road(atlas, found):
    roads = atlas.roads("car")
    located = siting.supply_on(atlas, "maternity", WOMEN.day).located
    sites = roads.snap(located["lon"].to_numpy(float), located["lat"].to_numpy(float))
    every, _ = nearest_services(roads.graph, atlas.demand_snaps("car", 2020), sites, k=1)
    before = pd.Series(every[:, 0], index=atlas.demand(2020).index)[found.points.index]
    assert np.allclose(found.points["before_min"], before)
    assert (found.points["after_min"] <= found.points["before_min"]).all()
    assert found.points["gain_min"].to_numpy() == pytest.approx(
        (found.points["before_min"] - found.points["after_min"]).to_numpy()
    )


def test_points_without_a_way_are_named_and_counted(atlas, found):
    asked = atlas.demand(2020)["women_15_49"]
    assert found.unreachable.tolist() == [AT_SEA]
    assert found.unreachable_people == pytest.approx(float(asked[AT_SEA]))
    assert found.points["people"].sum() + found.unreachable_people == pytest.approx(asked.sum())


def test_what_each_new_site_saves_adds_up(found):
    points, sites = found.points, found.sites
    saved = float((points["people"] * (points["before_min"] - points["after_min"])).sum())
    assert sites["people_minutes"].sum() == pytest.approx(saved)
    assert sites["added"].sum() == pytest.approx(saved)
    assert sites.sort_values("opening_order")["added"].is_monotonic_decreasing
    assert sorted(sites["opening_order"]) == [1, 2]
    gaining = points["after_min"] < points["before_min"]
    assert sites["people"].sum() >= points.loc[gaining, "people"].sum() - 1e-6
    assert set(sites["nis"]) <= set(COMMUNES)
    assert sites[["name", "lon", "lat"]].notna().all(axis=None)


def test_communes_add_up_to_the_points(found):
    table, points = found.by_commune(), found.points
    assert table["people"].sum() == pytest.approx(points["people"].sum())
    nis = "25031"
    here = points[points["nis"] == nis]
    row = table.loc[nis]
    assert row["gaining"] == pytest.approx(here.loc[here["gain_min"] >= 1, "people"].sum())
    newly = (here["before_min"] > 30) & (here["after_min"] <= 30)
    assert row["newly_within"] == pytest.approx(here.loc[newly, "people"].sum())
    for when in ("before", "after"):
        mean = np.average(here[f"{when}_min"], weights=here["people"])
        assert row[f"mean_{when}_min"] == pytest.approx(mean)


def test_a_network_planned_anew_has_no_before(atlas):
    anew = find_sites(atlas, replace(WOMEN, keep_existing=False))
    assert np.isinf(anew.points["before_min"]).all()
    assert anew.points["gain_min"].isna().all()
    assert np.isfinite(anew.points["after_min"]).all()
    table = anew.by_commune()
    assert table["gaining"].to_numpy() == pytest.approx(table["people"].to_numpy())
    assert np.isinf(table["mean_before_min"]).all()
    assert not anew.rests_on_model


def test_most_people_within_the_limit(atlas):
    question = replace(WOMEN, objective="most_within", limit_min=8.0, p=1)
    found = find_sites(atlas, question, gap=0.0)
    problem, points, _ = siting_problem(atlas, question)
    covered = [
        float(problem.people[(problem.minutes[:, [c, len(problem.site_ids) - 1]] <= 8).any(axis=1)].sum())
        for c in problem.candidates
    ]
    assert found.solution.objective == pytest.approx(max(covered))
    before = points["people"][found.points["before_min"] <= 8].sum()
    assert found.by_commune()["newly_within"].sum() == pytest.approx(max(covered) - before)


def test_shortest_longest_trip(atlas):
    question = replace(WOMEN, objective="shortest_longest", p=1)
    found = find_sites(atlas, question)
    problem, _, _ = siting_problem(atlas, question)
    best = min(problem.minutes[:, [c, -1]].min(axis=1).max() for c in problem.candidates)
    assert found.solution.objective == pytest.approx(float(best))
    assert found.points["after_min"].max() == pytest.approx(float(best))


def test_fewest_sites_or_who_is_out_of_reach(atlas):
    enough = find_sites(atlas, replace(WOMEN, objective="fewest_sites", limit_min=20.0))
    assert enough.solution.status == "optimal"
    assert len(enough.sites) == enough.solution.objective > 0
    assert (enough.points["after_min"] <= 20).all()
    none = find_sites(atlas, replace(WOMEN, objective="fewest_sites", limit_min=0.01))
    assert none.solution.status == "infeasible"
    assert set(none.solution.unmet_ids) <= set(none.points.index)
    assert none.sites.empty
    assert none.points["after_min"].equals(none.points["before_min"].rename("after_min"))
    assert none.by_commune()["gaining"].sum() == 0


def test_an_area_limits_people_and_localities(atlas):
    part = find_sites(atlas, replace(WOMEN, area="Liège", p=1))
    assert set(part.points["nis"]) == {"62003"}
    assert set(part.sites["nis"]) == {"62003"}
    with pytest.raises(LocationError, match=r"Unknown area 'Narnia'.*Brabant wallon"):
        find_sites(atlas, replace(WOMEN, area="Narnia"))


def candidates(**columns):
    return pd.DataFrame({"lon": [4.45, 4.53], "lat": [50.61, 50.58]} | columns, index=["north", "south"])


def test_a_list_of_candidates(atlas):
    found = find_sites(atlas, replace(WOMEN, candidates=candidates(name=["Plot A", "Plot B"]), p=2))
    assert found.sites["name"].to_dict() == {"north": "Plot A", "south": "Plot B"}
    assert found.sites["nis"].to_dict() == {"north": "25031", "south": "25107"}
    assert find_sites(atlas, replace(WOMEN, candidates=candidates(), p=2)).sites["name"].tolist() == ["north", "south"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (candidates().drop(columns="lat"), "lon and lat"),
        (candidates().iloc[:0], "one row each"),
        (candidates().set_index(pd.Index(["north", "north"])), "unique id"),
        (candidates().rename(index={"south": EXISTING}), "unique id"),
        (candidates().assign(lon=[2.5, 4.53]), "north are too far from any road"),
    ],
)
def test_candidates_that_cannot_be_used_are_refused(atlas, wrong, told):
    with pytest.raises(LocationError, match=told):
        find_sites(atlas, replace(WOMEN, candidates=wrong, p=1))


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"kind": "bakery"}, UnknownKindError, "bakery"),
        ({"kind": "pharmacy"}, (IncompleteSupplyError, UnknownKindError), "pharmacy"),
        ({"limit_min": 0.0}, LocationError, "above 0"),
        ({"limit_min": math.nan}, LocationError, "above 0"),
        ({"p": 99}, LocationError, "99 sites"),
        ({"objective": "cheapest"}, LocationError, "cheapest"),
        ({"kind": "creche", "draw": 61}, LocationError, "0 to 60"),
    ],
)
def test_questions_without_an_answer_are_refused(atlas, change, error, told):
    with pytest.raises(error, match=told):
        find_sites(atlas, replace(WOMEN, **change))


def test_a_modelled_network_is_told_and_differs_between_draws(atlas):
    question = SitingQuestion("child_consultation", "fewest_minutes", 1)
    central, other = (find_sites(atlas, replace(question, draw=draw)) for draw in (0, 1))
    assert central.rests_on_model
    assert not central.points["before_min"].equals(other.points["before_min"])
    assert (central.points["people"] > 0).all()


def test_shares_of_draws_count_each_choice(atlas):
    question = SitingQuestion("creche", "fewest_minutes", 2)
    draws = (0, 1, 2)
    shares = selection_shares(atlas, question, draws)
    chosen = [set(find_sites(atlas, replace(question, draw=draw)).sites.index) for draw in draws]
    expected = {site: sum(site in one for one in chosen) / 3 for site in set().union(*chosen)}
    assert shares.to_dict() == pytest.approx(expected)
    assert shares.is_monotonic_decreasing
    assert shares.sum() == pytest.approx(2)
    for wrong in (WOMEN, replace(question, keep_existing=False)):
        with pytest.raises(LocationError, match="Draws change nothing"):
            selection_shares(atlas, wrong, draws)
    with pytest.raises(LocationError, match="Draws change nothing"):
        selection_shares(atlas, question, ())


def test_progress_is_told_and_cancelling_keeps_an_answer(atlas):
    seen = []
    found = find_sites(atlas, WOMEN, gap=0.0, progress=lambda *told: seen.append(told), cancelled=lambda: len(seen) > 0)
    assert len(found.sites) == 2
    assert found.solution.bound <= found.solution.objective
    assert seen[-1][2] == pytest.approx(found.solution.objective)


def test_progress_of_a_coverage_counts_the_people_added(atlas):
    seen = []
    question = replace(WOMEN, objective="most_within", limit_min=20.0)
    found = find_sites(atlas, question, gap=0.0, progress=lambda *told: seen.append(told))
    before, after, people = found.points["before_min"], found.points["after_min"], found.points["people"]
    already = people[before <= 20].sum()
    assert 0 < already < people[after <= 20].sum()
    assert seen[-1][2] == pytest.approx(people[after <= 20].sum() - already)
    assert seen[-1][3] >= seen[-1][2] - 1e-6


def test_the_table_is_read_again_from_disk(atlas, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("FINDER_CACHE", str(tmp_path))
    fresh = SomeCommunes()
    fresh._roads = atlas._roads
    table = locality_minutes(fresh, "car")
    assert table.shape == (len(fresh.localities), len(fresh.demand(2020)))
    assert locality_minutes(fresh, "car") is table
    (path,) = tmp_path.glob("minutes_car_*.npy")

    def again():
        fresh._kept.pop(("locality_minutes", "car"))
        return locality_minutes(fresh, "car")

    with monkeypatch.context() as patch:
        patch.setattr(siting_table, "minutes_to", lambda *_, **__: pytest.fail("computed though it is on disk"))
        assert np.array_equal(again(), table)
    path.write_bytes(b"damaged")
    assert np.array_equal(again(), table)
    assert "made again" in caplog.text
    assert np.array_equal(np.load(path), table)
    np.save(path, table[:, :1])
    assert np.array_equal(again(), table)


def test_a_folder_that_cannot_be_written_only_costs_time(atlas, tmp_path, monkeypatch, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FINDER_CACHE", str(blocked))
    fresh = SomeCommunes()
    fresh._roads = atlas._roads
    table = locality_minutes(fresh, "car")
    assert "cannot be written" in caplog.text
    assert np.isfinite(table[:, :-1]).all()
    assert np.isinf(table[:, -1]).all()


def test_blocks_of_points_change_nothing(atlas, monkeypatch):
    places: gpd.GeoSeries = atlas.localities.geometry.to_crs("EPSG:4326").iloc[:2]
    sites = atlas.roads("car").snap(places.x.to_numpy(), places.y.to_numpy())
    whole = minutes_to(atlas, "car", sites)
    told = []
    monkeypatch.setattr(siting_table, "_ROWS_AT_ONCE", 7)
    assert np.array_equal(minutes_to(atlas, "car", sites, progress=lambda *step: told.append(step)), whole)
    n = len(atlas.demand(2020))
    assert told == [(min(k + 7, n), n) for k in range(0, n, 7)]
