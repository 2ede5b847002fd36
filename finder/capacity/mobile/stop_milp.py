"""Where units stop, how often, and from which depot: an exact model with a bound, started from a greedy choice."""

import math
import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from finder.capacity.location.highs import solve
from finder.capacity.location.solution import OPTIMAL_GAP, Cancelled, Progress, Status, relative_gap
from finder.capacity.mobile.stop_greedy import pick_greedily
from finder.capacity.mobile.stop_options import Pick, StopOptions, make_options, unit_sessions
from finder.capacity.mobile.stop_problem import StopChoice, StopProblem, StopRules
from finder.capacity.mobile.stop_program import layout, make_program, pool_depots
from finder.capacity.mobile.stop_unmet import check_can_be_met, why_infeasible
from finder.errors import MobileError

NOBODY: Final = 1e-6
"""Fewer children than this at a stop are rounding of the solver."""

LARGE_PAIRS: Final = 10_000
"""Pairs of group and stop beyond which the easier problem of all depots together is bounded first, by interior points:
the relaxation of the whole program may take longer than there is time."""

RUINS_PER_STOP: Final = 12
GREEDY_SHARE: Final = 1 / 3
GREEDY_SHARE_LARGE: Final = 0.65
"""Of the time limit for the greedy choice and its exchange. At large sizes the program only finds a bound."""


def choose_stops(
    problem: StopProblem,
    rules: StopRules,
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.005,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> StopChoice:
    """Return the stops, their sessions and depots that serve the most children, or a target with the fewest sessions.

    A covering model with capacities and sizes (Church and ReVelle 1974 for covering, Current and Storbeck 1988 for
    capacities); :func:`finder.capacity.mobile.stop_program.make_program` lists its rows. Children count once. Driving
    is a proxy (:func:`finder.capacity.mobile.stop_options.session_minutes`), because the rounds are planned later: it
    decides how many stops a depot's units have time for, not whether each day works out. More units than there is
    work for stay idle: they are in ``units``, the sessions are fewer.

    Parameters
    ----------
    problem
        Without points, or where no stop is allowed, no stop is the best choice.
    rules
        What to keep to.
    time_limit_s
        Seconds, > 0, for greedy choice and HiGHS together; HiGHS may overstep it a little.
    gap
        Relative gap between answer and bound that is enough; 0 asks for the proof.
    progress
        Called with (whole seconds gone, of, objective so far, bound so far).
    cancelled
        Asked now and then whether to stop with the best choice so far.

    Returns
    -------
    StopChoice
        ``optimal`` (proven), ``feasible`` (within ``gap``) or ``time_limit`` (gap as stated by ``bound``).
        ``method`` is ``greedy`` where the program found nothing better before its time was over.

    Raises
    ------
    MobileError
        If tables do not fit, or no choice keeps all rules: the message names the rule. Also if nothing was found in
        time.
    """
    begun = time.perf_counter()
    options = make_options(problem, rules)
    check_can_be_met(problem, rules, options)
    found = search(options, rules, time_limit_s=time_limit_s, gap=gap, progress=progress, cancelled=cancelled)
    return as_choice(problem, options, found, seconds=time.perf_counter() - begun)


@dataclass(frozen=True, eq=False)
class Found:
    """A choice among options with what no choice can do better than, and whether clock or caller ended the search."""

    pick: Pick
    objective: float
    bound: float
    stopped: bool
    is_greedy: bool

    @property
    def status(self) -> Status:
        """As for location models."""
        if relative_gap(self.objective, self.bound) <= OPTIMAL_GAP:
            return "optimal"
        return "time_limit" if self.stopped else "feasible"


def search(
    options: StopOptions,
    rules: StopRules,
    *,
    time_limit_s: float,
    gap: float,
    start: Pick | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Found:
    """Return the best choice found among options.

    Parameters
    ----------
    options, rules, time_limit_s, gap, progress, cancelled
        As for :func:`choose_stops`.
    start
        A choice that keeps the rules; what is returned is not worse.

    Raises
    ------
    MobileError
        If nothing keeps the rules, or nothing was found in time.
    """
    begun = time.perf_counter()
    sign = -1.0 if rules.target_children is None else 1.0

    is_large = len(options.pair_stop) > LARGE_PAIRS
    greedy_s = time_limit_s * (GREEDY_SHARE_LARGE if is_large else GREEDY_SHARE)

    def is_over() -> bool:
        spent = time.perf_counter() - begun
        return spent > greedy_s or (cancelled is not None and cancelled())

    def tell(objective: float, bound: float) -> None:
        if progress is not None:
            gone = min(int(time.perf_counter() - begun), int(time_limit_s))
            progress(gone, int(time_limit_s), sign * objective, _closer(sign * bound, easy, rules))

    easy = _easy_bound(options, rules)
    enough = math.inf if rules.target_children is not None else easy / (1.0 + gap)
    ruins = RUINS_PER_STOP * options.n_stops
    first = pick_greedily(options, rules, enough=enough, is_over=is_over, ruins=ruins)
    picks = [_tidy(options, rules, pick) for pick in (start, first) if pick is not None]
    if is_large:
        left_s = max(time_limit_s - (time.perf_counter() - begun), 0.1) / 2
        easy = _closer(sign * _pooled_bound(options, rules, left_s, cancelled), easy, rules)
    best = max(picks, key=lambda pick: -sign * _objective(options, rules, pick), default=None)
    value = np.nan if best is None else _objective(options, rules, best)
    if best is not None and relative_gap(value, easy) <= max(gap, OPTIMAL_GAP):
        return Found(best, value, easy, stopped=False, is_greedy=True)
    columns = layout(options, rules)
    left_s = max(time_limit_s - (time.perf_counter() - begun), 0.1)
    outcome = solve(
        make_program(options, rules), time_limit_s=left_s, gap=gap, cancelled=cancelled,
        start=None if best is None else columns.write(best), told=None if progress is None else tell,
    )  # fmt: skip
    if outcome.is_infeasible and best is None:
        raise MobileError(why_infeasible(options, rules, time_limit_s=max(time_limit_s, 1.0)))
    is_greedy = True
    if outcome.values is not None:
        pick = _tidy(options, rules, columns.read(outcome.values))
        reached = _objective(options, rules, pick)
        if best is None or sign * (value - reached) > NOBODY or not outcome.stopped:
            best, value, is_greedy = pick, reached, False
    if best is None:
        raise MobileError(
            f"No choice of stops that keeps every rule was found within {time_limit_s:g} s, and none was ruled out: "
            "allow more time, or ease the least share of communes, the required communes or the target."
        )
    bound = easy if outcome.is_infeasible else _closer(sign * outcome.bound, easy, rules)
    is_proven = not outcome.stopped and abs(bound - value) <= NOBODY * max(abs(value), 1.0)
    return Found(best, value, value if is_proven else bound, stopped=outcome.stopped, is_greedy=is_greedy)


def as_choice(problem: StopProblem, options: StopOptions, found: Found, *, seconds: float) -> StopChoice:
    """Return a choice among options in terms of the problem's own stops and points."""
    pick = found.pick
    stop = options.option_stop[pick.chosen]
    order = np.argsort(options.stops[stop], kind="stable")
    chosen, stop = pick.chosen[order], stop[order]
    at_stop = options.at_stops(pick.children)
    of_group = options.in_groups(pick.children)
    share = np.append(np.minimum(of_group / options.people, 1.0), 0.0)
    return StopChoice(
        status=found.status, stops=options.stops[stop], sessions=options.option_sessions[chosen],
        depots=options.option_depot[chosen], units=pick.units, served=problem.children * share[options.group],
        served_at=at_stop[stop], objective=found.objective, bound=found.bound,
        method="greedy" if found.is_greedy else "milp", seconds=seconds,
    )  # fmt: skip


def _objective(options: StopOptions, rules: StopRules, pick: Pick) -> float:
    if rules.target_children is None:
        return float(pick.children.sum())
    return float(options.option_sessions[pick.chosen].sum())


def _easy_bound(options: StopOptions, rules: StopRules) -> float:
    """Return what needs no program: nobody counts twice, and every session follows only so many children."""
    each = rules.children_served(1)
    if rules.target_children is None:
        return float(min(options.people.sum(), rules.units * unit_sessions(rules) * each))
    return float(np.ceil(rules.target_children / each - NOBODY))


def _pooled_bound(options: StopOptions, rules: StopRules, time_limit_s: float, cancelled: Cancelled | None) -> float:
    """Return the bound (as minimised) of all depots together without whole numbers; -inf if time was too short."""
    program = make_program(*pool_depots(options, rules))
    linear = replace(program, is_integer=np.zeros_like(program.is_integer))
    outcome = solve(linear, time_limit_s=time_limit_s, linear_by="ipm", cancelled=cancelled)
    return -math.inf if outcome.is_infeasible else outcome.bound


def _closer(bound: float, easy: float, rules: StopRules) -> float:
    """Return the closer of two bounds; sessions are whole."""
    if rules.target_children is None:
        return min(bound, easy)
    return max(float(np.ceil(bound - NOBODY)), easy) if np.isfinite(bound) else easy


def _tidy(options: StopOptions, rules: StopRules, pick: Pick) -> Pick:
    """Return the same children served without the solver's rounding, and with no more sessions than they need."""
    children = np.where(np.isin(options.pair_stop, options.option_stop[pick.chosen]), pick.children, 0.0)
    children = np.where(children > NOBODY * 1e-3, children, 0.0)
    of_group = options.in_groups(children)
    children = children / np.maximum(of_group / options.people, 1.0)[options.pair_group]
    at_stop = options.at_stops(children)
    room = np.zeros(options.n_stops)
    room[options.option_stop[pick.chosen]] = options.option_room[pick.chosen]
    fits = np.minimum(1.0, np.divide(room, at_stop, out=np.ones_like(at_stop), where=at_stop > 0))
    children = children * fits[options.pair_stop]
    at_stop = np.minimum(at_stop, room)
    kept: list[int] = []
    required = set(rules.required_nis)
    # Stops with the most children first, so that a required commune keeps its largest.
    for option in pick.chosen[np.lexsort((pick.chosen, -at_stop[options.option_stop[pick.chosen]]))]:
        stop = options.option_stop[option]
        commune = str(options.communes[options.stop_commune[stop]])
        if at_stop[stop] <= NOBODY and commune not in required:
            continue
        required.discard(commune)
        same = np.flatnonzero((options.option_stop == stop) & (options.option_depot == options.option_depot[option]))
        enough = same[options.option_room[same] >= at_stop[stop] - 1e-9]
        kept.append(int(enough[np.argmin(options.option_sessions[enough])]))
    chosen = np.sort(np.array(kept, dtype=np.int64))
    children = np.where(np.isin(options.pair_stop, options.option_stop[chosen]), children, 0.0)
    return replace(pick, children=children, chosen=chosen)
