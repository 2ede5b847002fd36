"""Choosing mobile stops: every rule kept, nothing beats the bound, small cases equal trying everything."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.stop_curve import reach_curve
from finder.capacity.mobile.stop_greedy import pick_greedily
from finder.capacity.mobile.stop_milp import RUINS_PER_STOP, choose_stops
from finder.capacity.mobile.stop_options import make_options
from finder.capacity.mobile.stop_problem import StopProblem, StopRules
from finder.errors import MobileError

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(FEW, max_examples=8)
COMMUNES = np.array(["25001", "62001", "92001"])


@st.composite
def problems(draw, most_stops=6, most_points=8, depots=(1, 2, 3)):
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_stops, n_points = draw(st.integers(1, most_stops)), draw(st.integers(1, most_points))
    n_depots = draw(st.sampled_from(depots))
    reach = rng.random((n_stops, n_points)) < draw(st.sampled_from([0.2, 0.5, 0.8]))
    out = rng.uniform(5, 200, (n_depots, n_stops))
    out[rng.random(out.shape) < 0.15] = np.inf
    return StopProblem(
        point_ids=np.array([f"p{i}" for i in range(n_points)]), point_nis=rng.choice(COMMUNES, n_points),
        children=rng.choice([0.3, 1.0, 2.5, 4.0, 7.0], n_points),
        stop_ids=np.array([f"s{i}" for i in range(n_stops)]), stop_nis=rng.choice(COMMUNES, n_stops),
        indptr=np.r_[0, np.cumsum(reach.sum(axis=1))].astype(np.int64), indices=np.nonzero(reach)[1].astype(np.int64),
        depot_ids=tuple(f"d{i}" for i in range(n_depots)), out_min=out, back_min=out * rng.uniform(0.8, 1.2, out.shape),
        hop_min=rng.uniform(0, 40, n_stops),
    )  # fmt: skip


@st.composite
def some_rules(draw, problem, *, plain=False):
    n = len(problem.depot_ids)
    units = draw(st.integers(1, 3))
    duty = Duty(weekdays=(0,), most_stops_per_day=draw(st.integers(1, 3)), shift_min=draw(st.sampled_from([300, 456])))
    rules = StopRules(
        duty=duty, units_low=(0,) * n, units_high=(draw(st.integers(math.ceil(units / n), 3)),) * n, units=units,
        calendar=draw(st.sampled_from(["months", "weeks"])),
        frequencies=draw(st.sampled_from([(1, 2, 4, 8), (2, 4), (1, 8), (8,)])),
        children_per_session=draw(st.sampled_from([0.5, 1.0, 3.0])), visits_per_child_year=6.0,
    )  # fmt: skip
    if plain:
        return rules
    codes = draw(st.permutations(COMMUNES.tolist()))
    return replace(
        rules,
        least_children=draw(st.sampled_from([0.0, 1.0, 3.0])),
        least_commune_share=draw(st.sampled_from([0.0, 0.2, 0.6])),
        required_nis=tuple(codes[: draw(st.integers(0, 1))]),
        excluded_nis=tuple(codes[2 : 2 + draw(st.integers(0, 1))]),
    )


def session_min(problem, rules, depot, stop):
    k = rules.duty.most_stops_per_day
    drive = problem.hop_min[stop] * (k - 1) / k + (problem.out_min[depot, stop] + problem.back_min[depot, stop]) / k
    return rules.duty.setup_min + rules.duty.session_min + rules.duty.packing_min + drive


def day_alone_min(problem, rules, depot, stop):
    duty = rules.duty
    at = duty.start_min + math.ceil(problem.out_min[depot, stop] - 1e-6) + duty.setup_min
    at += -at % duty.step_min
    return (
        at + duty.session_min + duty.packing_min + math.ceil(problem.back_min[depot, stop] - 1e-6) - duty.start_min
    )  # fmt: skip


def can_serve(problem, rules, depot, stop):
    has_road = np.isfinite(problem.out_min[depot, stop] + problem.back_min[depot, stop])
    is_open = problem.stop_nis[stop] not in rules.excluded_nis
    return is_open and has_road and day_alone_min(problem, rules, depot, stop) <= rules.duty.shift_min


def catchment(problem, stop):
    return problem.indices[problem.indptr[stop] : problem.indptr[stop + 1]]


def reached(problem, rules):
    """Points that some allowed stop reaches; one that could never follow the least number is none."""
    is_reached = np.zeros(problem.n_points, dtype=bool)
    for stop in range(problem.n_stops):
        near = catchment(problem, stop)
        most = min(problem.children[near].sum(), rules.children_served(max(rules.frequencies)))
        is_allowed = any(can_serve(problem, rules, d, stop) for d in range(len(problem.depot_ids)))
        if is_allowed and most >= rules.least_children:
            is_reached[near] = True
    return is_reached


def violations(problem, rules, choice):
    """Return the rules a choice breaks, from the tables alone."""
    tol = 1e-5
    days = len(rules.duty.weekdays) * 8
    slots = np.zeros(len(problem.depot_ids))
    minutes = np.zeros(len(problem.depot_ids))
    for stop, sessions, depot in zip(choice.stops, choice.sessions, choice.depots, strict=True):
        slots[depot] += sessions
        minutes[depot] += sessions * session_min(problem, rules, depot, stop)
    near = np.zeros((len(choice.stops), problem.n_points), dtype=bool)
    for row, stop in enumerate(choice.stops):
        near[row, catchment(problem, stop)] = True
    # Whether the children served at points can be split over the stops as told.
    row, point = np.nonzero(near)
    splits = True
    if len(row):
        sums = np.zeros((len(choice.stops) + problem.n_points, len(row)))
        sums[row, np.arange(len(row))] = 1
        sums[len(choice.stops) + point, np.arange(len(row))] = 1
        want = np.r_[choice.served_at, choice.served]
        both = np.vstack([sums, -sums])
        splits = linprog(np.zeros(len(row)), A_ub=both, b_ub=np.r_[want + tol, -want + tol]).status == 0
    is_reached = reached(problem, rules)
    room = [rules.children_served(int(f)) for f in choice.sessions]
    kept = {
        "stops once, in order": (np.diff(choice.stops) > 0).all(),
        "stops allowed": all(
            can_serve(problem, rules, d, s) for s, d in zip(choice.stops, choice.depots, strict=True)
        ),
        "frequencies": set(choice.sessions.tolist()) <= set(rules.frequencies),
        "units": choice.units.sum() == rules.units
        and all(a <= n <= b for a, n, b in zip(rules.units_low, choice.units, rules.units_high, strict=True)),
        "sessions of units": (slots <= choice.units * rules.duty.most_stops_per_day * days).all(),
        "hours of units": (minutes <= choice.units * rules.duty.shift_min * days + tol).all(),
        "children once": (choice.served >= 0).all() and (choice.served <= problem.children + tol).all(),
        "children of stops": choice.served.sum() == pytest.approx(choice.served_at.sum(), abs=tol) and splits,
        "room": (choice.served_at <= np.array(room) + tol).all(),
        "least children": (choice.served_at >= rules.least_children - tol).all(),
        "required": set(rules.required_nis) <= set(problem.stop_nis[choice.stops]),
        "share": all(
            choice.served[problem.point_nis == c].sum()
            >= rules.least_commune_share * problem.children[is_reached & (problem.point_nis == c)].sum() - tol
            for c in COMMUNES
        ),
        "target": rules.target_children is None or choice.served.sum() >= rules.target_children - tol,
        "objective": choice.objective
        == pytest.approx(choice.served.sum() if rules.target_children is None else choice.sessions.sum(), abs=tol),
        "no more sessions than needed": all(
            sessions == min(f for f in rules.frequencies if rules.children_served(f) >= here - tol)
            or here < tol
            or rules.children_served(min(rules.frequencies)) < rules.least_children
            for sessions, here in zip(choice.sessions, choice.served_at, strict=True)
        ),
    }  # fmt: skip
    return [name for name, is_kept in kept.items() if not is_kept]


def best_by_trying(problem, rules):
    """Return the best objective over all choices, nan if none keeps the rules."""
    days = len(rules.duty.weekdays) * 8
    n_depots = len(problem.depot_ids)
    per_stop = [
        [None, *((f, d) for f in rules.frequencies for d in range(n_depots) if can_serve(problem, rules, d, s))]
        for s in range(problem.n_stops)
    ]
    fleets = [
        n
        for n in itertools.product(*(range(a, b + 1) for a, b in zip(rules.units_low, rules.units_high, strict=True)))
        if sum(n) == rules.units
    ]
    is_reached = reached(problem, rules)
    best = math.nan
    for choice in itertools.product(*per_stop):
        chosen = [(s, *option) for s, option in enumerate(choice) if option is not None]
        if not set(rules.required_nis) <= {problem.stop_nis[s] for s, _, _ in chosen}:
            continue
        slots, minutes = np.zeros(n_depots), np.zeros(n_depots)
        for s, f, d in chosen:
            slots[d] += f
            minutes[d] += f * session_min(problem, rules, d, s)
        if not any(
            (slots <= np.array(n) * rules.duty.most_stops_per_day * days).all()
            and (minutes <= np.array(n) * rules.duty.shift_min * days + 1e-9).all()
            for n in fleets
        ):
            continue
        served = most_children(problem, rules, chosen, is_reached)
        if math.isnan(served) or (rules.target_children is not None and served < rules.target_children - 1e-7):
            continue
        value = served if rules.target_children is None else float(slots.sum())
        best = value if math.isnan(best) else (max if rules.target_children is None else min)(best, value)
    return best


def most_children(problem, rules, chosen, is_reached):
    pairs = [(k, p) for k, (s, _, _) in enumerate(chosen) for p in catchment(problem, s)]
    needs = [
        rules.least_commune_share * problem.children[is_reached & (problem.point_nis == c)].sum() for c in COMMUNES
    ]
    if not pairs:
        is_kept = max(needs) <= 0 and (not chosen or rules.least_children == 0)
        return 0.0 if is_kept else math.nan
    k, p = np.array(pairs).T
    rows, limits = [], []
    for point in range(problem.n_points):
        rows.append(p == point)
        limits.append(problem.children[point])
    for j, (_, f, _) in enumerate(chosen):
        rows += [(k == j), -1.0 * (k == j)]
        limits += [rules.children_served(f), -rules.least_children]
    for c, need in zip(COMMUNES, needs, strict=True):
        rows.append(-1.0 * (problem.point_nis[p] == c))
        limits.append(-need)
    done = linprog(-np.ones(len(k)), A_ub=np.array(rows, dtype=float), b_ub=np.array(limits) + 1e-9)
    return -done.fun if done.status == 0 else math.nan


@FEW
@given(st.data())
def test_every_rule_is_kept_and_greedy_below_answer_below_bound(data):
    problem = data.draw(problems())
    rules = data.draw(some_rules(problem))
    try:
        choice = choose_stops(problem, rules, gap=0.0, time_limit_s=20)
    except MobileError:
        assume(False)
    assert violations(problem, rules, choice) == []
    assert choice.status == "optimal"
    assert choice.objective <= choice.bound + 1e-6
    greedy = pick_greedily(make_options(problem, rules), rules)
    if greedy is not None:
        assert greedy.children.sum() <= choice.objective + 1e-6


@FEWER
@given(st.data())
def test_a_small_instance_equals_trying_everything(data):
    problem = data.draw(problems(most_stops=3, most_points=5, depots=(1, 2)))
    rules = data.draw(some_rules(problem))
    rules = replace(rules, frequencies=data.draw(st.sampled_from([(1, 4), (2, 8), (1, 2)])))
    expected = best_by_trying(problem, rules)
    if math.isnan(expected):
        with pytest.raises(MobileError):
            choose_stops(problem, rules, gap=0.0)
    else:
        assert choose_stops(problem, rules, gap=0.0).objective == pytest.approx(expected, abs=1e-5)


@FEWER
@given(st.data())
def test_a_target_takes_the_fewest_sessions(data):
    problem = data.draw(problems(most_stops=3, most_points=5, depots=(1, 2)))
    rules = data.draw(some_rules(problem, plain=True))
    rules = replace(rules, frequencies=(1, 4), least_children=data.draw(st.sampled_from([0.0, 1.0])))
    most = choose_stops(problem, rules, gap=0.0).objective
    assume(most > 0)
    asked = replace(rules, target_children=most * data.draw(st.sampled_from([0.3, 0.7, 0.999])))
    choice = choose_stops(problem, asked, gap=0.0)
    assert violations(problem, asked, choice) == []
    assert choice.objective == best_by_trying(problem, asked)
    assert choice.bound == choice.objective


@FEW
@given(st.data())
def test_greedy_alone_keeps_every_rule(data):
    problem = data.draw(problems())
    rules = data.draw(some_rules(problem))
    options = make_options(problem, rules)
    # Content with anything, it neither exchanges nor ruins; each step on from there is not worse.
    pick = pick_greedily(options, rules, enough=0.0)
    assume(pick is not None)
    ruined = pick_greedily(options, rules, ruins=RUINS_PER_STOP * options.n_stops)
    if rules.target_children is None:
        assert ruined.children.sum() >= pick_greedily(options, rules).children.sum() - 1e-6
        assert ruined.children.sum() >= pick.children.sum() - 1e-6
    else:
        assert options.option_sessions[ruined.chosen].sum() <= options.option_sessions[pick.chosen].sum()
    try:
        choice = choose_stops(problem, rules, gap=1e9)
    except MobileError:
        assume(False)
    assert choice.method == "greedy"
    assert choice.objective == pytest.approx(pick.children.sum())
    assert violations(problem, rules, choice) == []


@FEWER
@given(st.data())
def test_the_order_of_stops_and_points_changes_nothing(data):
    problem = data.draw(problems())
    rules = data.draw(some_rules(problem, plain=True))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    s, p = rng.permutation(problem.n_stops), rng.permutation(problem.n_points)
    place = np.argsort(p)
    rows = [np.sort(place[catchment(problem, stop)]) for stop in s]
    other = replace(
        problem, point_ids=problem.point_ids[p], point_nis=problem.point_nis[p], children=problem.children[p],
        stop_ids=problem.stop_ids[s], stop_nis=problem.stop_nis[s], hop_min=problem.hop_min[s],
        indptr=np.r_[0, np.cumsum([len(r) for r in rows])].astype(np.int64),
        indices=np.concatenate(rows).astype(np.int64), out_min=problem.out_min[:, s], back_min=problem.back_min[:, s],
    )  # fmt: skip
    mine, theirs = (choose_stops(of, rules, gap=0.0).objective for of in (problem, other))
    assert mine == pytest.approx(theirs, abs=1e-5)


@FEWER
@given(st.data())
def test_more_units_never_serve_fewer(data):
    problem = data.draw(problems())
    rules = data.draw(some_rules(problem, plain=True))
    rules = replace(rules, units_high=(6,) * len(problem.depot_ids), least_children=1.0)
    curve = reach_curve(problem, rules, [3, 1, 2, 6], gap=0.0)
    assert curve.index.tolist() == [1, 2, 3, 6]
    assert (np.diff(curve["children"]) >= -1e-6).all()
    assert (curve["children"] <= curve["bound"] + 1e-6).all()
    assert curve.filter(like="units_").sum(axis=1).tolist() == curve.index.tolist()
    alone = choose_stops(problem, replace(rules, units=3), gap=0.0)
    assert curve.loc[3, "children"] == pytest.approx(alone.objective, abs=1e-5)
