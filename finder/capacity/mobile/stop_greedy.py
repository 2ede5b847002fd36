"""Stops one by one: most children per minute of a unit first, then exchange: a start, or a stand-in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finder.capacity.location.solution import Cancelled
from finder.capacity.mobile.stop_options import Pick, StopOptions, unit_minutes, unit_sessions
from finder.capacity.mobile.stop_problem import Float64, Int64, StopRules

Mask = npt.NDArray[np.bool_]
EPS = 1e-9


def pick_greedily(
    options: StopOptions, rules: StopRules, *, enough: float = np.inf, is_over: Cancelled | None = None, rounds: int = 1
) -> Pick | None:
    """Return a good choice that keeps every rule, or None if this way finds none.

    First one stop in each required commune, then stops for communes below their least share, then any, each time the
    option (a stop, or more sessions at one) that adds the most children per minute of a unit (per session, when a
    target is to be met with the fewest). Done twice, the second time with no session cheaper than its share of a day,
    because either hours or sessions run out first; the better goes on. Then exchange: each stop in turn is left out
    and the time it frees is filled again; what is better stays. Greedy choice for coverage within a budget: Khuller,
    Moss and Naor (1999).

    Parameters
    ----------
    options, rules
        What can be chosen, and how.
    enough
        Children with which to be content.
    is_over
        Asked now and then; after a first choice nothing more is tried when it says so.
    rounds
        How often exchange goes through all stops, unless nothing changes any more.
    """
    search: _Search | None = None
    for least in _least_costs(rules):
        if search is not None and (search.served >= enough or (is_over is not None and is_over())):
            break
        way = _Search.begin(options, rules, least_cost_min=least)
        is_kept = way.require() and way.share() and way.fill()
        if is_kept and (search is None or way.worth() > search.worth()):
            search = way
    if search is None:
        return None
    for _ in range(rounds):
        if search.served >= enough:
            break
        better = _exchange(search, is_over)
        if better is search:
            break
        search = better
    return search.pick()


def _least_costs(rules: StopRules) -> tuple[float, ...]:
    """Return what a session costs at least, in minutes, one after the other."""
    if rules.target_children is not None:
        return (0.0,)
    return 0.0, rules.duty.shift_min / rules.duty.most_stops_per_day


@dataclass(eq=False)
class _Search:
    options: StopOptions
    rules: StopRules
    left: Float64
    """Children of each group who are not followed yet."""
    children: Float64
    """Of each pair."""
    at: Int64
    """Option chosen at each stop, -1: none."""
    units: Int64
    order: Int64
    """Pairs by stop, those of groups with the fewest stops first."""
    least_cost_min: float
    """What a session costs at least."""
    banned: int = -1
    """Stop not to choose now."""

    @classmethod
    def begin(cls, options: StopOptions, rules: StopRules, *, least_cost_min: float) -> "_Search":
        stops_of = np.bincount(options.pair_group, minlength=options.n_groups)
        return cls(
            options, rules, options.people.copy(), np.zeros(len(options.pair_stop)),
            np.full(options.n_stops, -1, dtype=np.int64), np.array(rules.units_low, dtype=np.int64),
            np.lexsort((options.pair_group, stops_of[options.pair_group], options.pair_stop)),
            least_cost_min,
        )  # fmt: skip

    def copy(self) -> "_Search":
        return _Search(
            self.options, self.rules, self.left.copy(), self.children.copy(), self.at.copy(), self.units.copy(),
            self.order, self.least_cost_min, self.banned,
        )  # fmt: skip

    @property
    def chosen(self) -> Int64:
        return self.at[self.at >= 0]

    @property
    def served(self) -> float:
        return float(self.children.sum())

    @property
    def sessions(self) -> int:
        return int(self.options.option_sessions[self.chosen].sum())

    def worth(self) -> float:
        return self.served if self.rules.target_children is None else -float(self.sessions)

    def lack(self) -> Float64:
        """Return the children missing to the least share of each commune."""
        o = self.options
        have = np.bincount(o.group_commune, o.people - self.left, minlength=len(o.communes))
        return np.maximum(self.rules.least_commune_share * o.commune_children - have, 0.0)

    def require(self) -> bool:
        o = self.options
        for name in sorted(self.rules.required_nis):
            here = o.communes[o.stop_commune[o.option_stop]] == name
            if (self.at[o.option_stop[here]] >= 0).any():
                continue
            best = self._best(self._gain(self.left), here, least=0.0)
            if best < 0:
                return False
            self._choose(best)
        return True

    def share(self) -> bool:
        o = self.options
        while self.rules.least_commune_share > 0:
            lack = self.lack()
            is_short = lack > EPS
            if not is_short.any():
                break
            short = is_short[o.group_commune]
            best = self._best(self._gain(np.where(short, self.left, 0.0)), None)
            if best < 0:
                return False
            self._choose(best, first=short)
        return True

    def fill(self) -> bool:
        target = self.rules.target_children
        while target is None or self.served < target - EPS:
            gain = self._gain(self.left)
            if target is not None:
                gain = np.minimum(gain, target - self.served)
            best = self._best(gain, None)
            if best < 0:
                return target is None
            self._choose(best)
        return True

    def pick(self) -> Pick:
        units = self.units.copy()
        for depot, high in enumerate(self.rules.units_high):
            units[depot] += min(self.rules.units - int(units.sum()), high - int(units[depot]))
        return Pick(self.children, np.sort(self.chosen), units)

    def drop(self, stop: int) -> None:
        here = self.options.pair_stop == stop
        self.left[self.options.pair_group[here]] += self.children[here]
        self.children[here] = 0.0
        self.at[stop] = -1

    def _gain(self, left: Float64) -> Float64:
        """Return how many more of the children left each option would follow."""
        o = self.options
        rest = o.at_stops(left[o.pair_group])
        here = o.at_stops(self.children)
        gain: Float64 = np.minimum(o.option_room - here[o.option_stop], rest[o.option_stop])
        return gain

    def _best(self, gain: Float64, among: Mask | None, *, least: float = EPS) -> int:
        """Return the option with the most children per minute that the units have room for, -1: none."""
        o, rules = self.options, self.rules
        before = self.at[o.option_stop]
        is_new = before < 0
        had = np.where(is_new, 0, o.option_sessions[before])
        more = o.option_sessions - had
        can = (gain >= least) & (more > 0) & (o.option_stop != self.banned)
        can &= is_new | (o.option_depot == o.option_depot[before])
        if rules.least_children > 0:
            rest = o.at_stops(self.left[o.pair_group])
            can &= ~is_new | (rest[o.option_stop] >= rules.least_children)
        if among is not None:
            can &= among
        minutes = more * o.option_min
        n_depots = len(self.units)
        mine = o.option_depot[self.chosen]
        used = np.bincount(mine, o.option_sessions[self.chosen], minlength=n_depots)
        used_min = np.bincount(mine, (o.option_sessions * o.option_min)[self.chosen], minlength=n_depots)
        grown = (self.units < np.array(rules.units_high)) & (self.units.sum() < rules.units)
        most = self.units + grown
        can &= (used + EPS < most * unit_sessions(rules))[o.option_depot]
        can &= more <= (most * unit_sessions(rules) - used)[o.option_depot]
        can &= minutes <= (most * unit_minutes(rules) - used_min)[o.option_depot] + EPS
        rows = np.flatnonzero(can)
        if not len(rows):
            return -1
        if rules.target_children is None:
            cost = np.maximum(minutes[rows], more[rows] * self.least_cost_min)
        else:
            cost = more[rows].astype(np.float64)
        return int(rows[np.argmax(gain[rows] / cost)])

    def _choose(self, option: int, *, first: Mask | None = None) -> None:
        """Choose an option and follow as many children there as there is room for, some groups first."""
        o = self.options
        stop = int(o.option_stop[option])
        self.at[stop] = option
        low, high = np.searchsorted(o.pair_stop, [stop, stop + 1])
        pairs = self.order[low:high]
        if first is not None:
            pairs = pairs[np.argsort(~first[o.pair_group[pairs]], kind="stable")]
        groups = o.pair_group[pairs]
        room = o.option_room[option] - self.children[pairs].sum()
        taken = np.diff(np.minimum(np.cumsum(self.left[groups]), room), prepend=0.0)
        self.children[pairs] += taken
        self.left[groups] = np.maximum(self.left[groups] - taken, 0.0)
        depot = int(o.option_depot[option])
        mine = self.chosen[o.option_depot[self.chosen] == depot]
        is_over = o.option_sessions[mine].sum() > self.units[depot] * unit_sessions(self.rules)
        worked = (o.option_sessions[mine] * o.option_min[mine]).sum()
        is_over |= worked > self.units[depot] * unit_minutes(self.rules) + EPS
        self.units[depot] += int(is_over)


def _exchange(search: _Search, is_over: Callable[[], bool] | None) -> _Search:
    """Return the search itself or a better one: each stop left out once, the others filled up."""
    best = search
    for stop in np.flatnonzero(search.at >= 0):
        if is_over is not None and is_over():
            break
        trial = best.copy()
        trial.drop(int(stop))
        trial.banned = int(stop)
        if not (trial.require() and trial.share() and trial.fill()):
            continue
        trial.banned = -1
        if trial.worth() > best.worth() + 1e-6:
            best = trial
    return best
