"""Stops one by one: most children per minute of a unit first, then exchange: a start, or a stand-in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from finder.capacity.location.solution import Cancelled
from finder.capacity.mobile.stop_options import Pick, StopOptions, unit_minutes, unit_sessions
from finder.capacity.mobile.stop_problem import Float64, Int64, StopRules

Mask = npt.NDArray[np.bool_]
EPS = 1e-9
RUINED_LEAST: Final = 2
RUINED_MOST: Final = 10
BANNED_SHARE: Final = 0.5


def pick_greedily(
    options: StopOptions,
    rules: StopRules,
    *,
    enough: float = np.inf,
    is_over: Cancelled | None = None,
    rounds: int = 1,
    ruins: int = 0,
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
    ruins
        How often, after exchange, some neighbouring stops are left out at once and the time is filled again.
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
    return _ruin_and_recreate(search, ruins, enough, is_over).pick()


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
    by_group: Int64
    """Pairs by group; those of group ``g`` are ``by_group[group_start[g]:group_start[g + 1]]``."""
    group_start: Int64
    rest: Float64
    """Children around each stop who are not followed yet: of :attr:`left`, kept up to date with it."""
    here: Float64
    """Children followed at each stop, kept up to date too."""
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
            np.argsort(options.pair_group, kind="stable"), np.append(0, np.cumsum(stops_of)),
            options.at_stops(options.people[options.pair_group]), np.zeros(options.n_stops), least_cost_min,
        )  # fmt: skip

    def copy(self) -> "_Search":
        return _Search(
            self.options, self.rules, self.left.copy(), self.children.copy(), self.at.copy(), self.units.copy(),
            self.order, self.by_group, self.group_start, self.rest.copy(), self.here.copy(), self.least_cost_min,
            self.banned,
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
            best = self._best(self._gain(self.rest), here, least=0.0)
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
            around = o.at_stops(np.where(short, self.left, 0.0)[o.pair_group])
            best = self._best(self._gain(around), None)
            if best < 0:
                return False
            self._choose(best, first=short)
        return True

    def fill(self) -> bool:
        target = self.rules.target_children
        while target is None or self.served < target - EPS:
            gain = self._gain(self.rest)
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
        pairs = self._pairs(stop)
        self._follow(pairs, -self.children[pairs])
        self.here[stop], self.at[stop] = 0.0, -1

    def _pairs(self, stop: int) -> Int64:
        low, high = np.searchsorted(self.options.pair_stop, [stop, stop + 1])
        return self.order[low:high]

    def _follow(self, pairs: Int64, more: Float64) -> None:
        """Follow more children (or fewer) of some pairs of one stop."""
        o = self.options
        groups = o.pair_group[pairs]
        left = np.maximum(self.left[groups] - more, 0.0)
        change = left - self.left[groups]
        self.children[pairs] += more
        self.left[groups] = left
        self.here[o.pair_stop[pairs[:1]]] += more.sum()
        start, stop = self.group_start[groups], self.group_start[groups + 1]
        counts = stop - start
        rows = np.repeat(start - np.append(0, np.cumsum(counts)[:-1]), counts) + np.arange(counts.sum())
        np.add.at(self.rest, o.pair_stop[self.by_group[rows]], np.repeat(change, counts))

    def _gain(self, rest: Float64) -> Float64:
        """Return how many more of the children around each stop (``rest``) each option would follow."""
        o = self.options
        gain: Float64 = np.minimum(o.option_room - self.here[o.option_stop], rest[o.option_stop])
        return gain

    def _best(self, gain: Float64, among: Mask | None, *, least: float = EPS) -> int:
        """Return the option with the most children per minute that the units have room for, -1: none."""
        o, rules = self.options, self.rules
        # Few options follow anybody more: the others are put aside first.
        can = gain >= least
        rows = np.flatnonzero(can if among is None else can & among)
        stop, depot, sessions = o.option_stop[rows], o.option_depot[rows], o.option_sessions[rows]
        before = self.at[stop]
        is_new = before < 0
        more = sessions - np.where(is_new, 0, o.option_sessions[before])
        fits = (more > 0) & (stop != self.banned) & (is_new | (depot == o.option_depot[before]))
        if rules.least_children > 0:
            fits &= ~is_new | (self.rest[stop] >= rules.least_children)
        minutes = more * o.option_min[rows]
        n_depots, chosen = len(self.units), self.chosen
        mine = o.option_depot[chosen]
        used = np.bincount(mine, o.option_sessions[chosen], minlength=n_depots)
        used_min = np.bincount(mine, o.option_sessions[chosen] * o.option_min[chosen], minlength=n_depots)
        grown = (self.units < np.array(rules.units_high)) & (self.units.sum() < rules.units)
        most = self.units + grown
        fits &= more <= (most * unit_sessions(rules) - used + EPS)[depot]
        fits &= minutes <= (most * unit_minutes(rules) - used_min)[depot] + EPS
        kept = np.flatnonzero(fits)
        if not len(kept):
            return -1
        rows, minutes, more = rows[kept], minutes[kept], more[kept]
        if rules.target_children is None:
            cost = np.maximum(minutes, more * self.least_cost_min)
        else:
            cost = more.astype(np.float64)
        return int(rows[np.argmax(gain[rows] / cost)])

    def _choose(self, option: int, *, first: Mask | None = None) -> None:
        """Choose an option and follow as many children there as there is room for, some groups first."""
        o = self.options
        stop = int(o.option_stop[option])
        self.at[stop] = option
        pairs = self._pairs(stop)
        if first is not None:
            pairs = pairs[np.argsort(~first[o.pair_group[pairs]], kind="stable")]
        groups = o.pair_group[pairs]
        room = o.option_room[option] - self.children[pairs].sum()
        taken = np.diff(np.minimum(np.cumsum(self.left[groups]), room), prepend=0.0)
        self._follow(pairs, taken)
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


def _ruin_and_recreate(search: _Search, tries: int, enough: float, is_over: Callable[[], bool] | None) -> _Search:
    """Return the search itself or a better one: neighbouring stops left out at once, the time filled again.

    Neighbours are stops that share groups. What is not worse is kept, so that the search drifts between equals.
    Always the same drawing of chance: the same problem gives the same answer.
    """
    rng = np.random.default_rng(0)
    o, best = search.options, search
    shared = coo_array((np.ones(len(o.pair_stop)), (o.pair_stop, o.pair_group)), shape=(o.n_stops, o.n_groups)).tocsr()
    for _ in range(tries):
        if best.served >= enough or (is_over is not None and is_over()):
            break
        chosen = np.flatnonzero(best.at >= 0)
        if not len(chosen):
            break
        middle = int(rng.choice(chosen))
        around = np.flatnonzero(shared @ shared[[middle]].toarray().ravel())
        near = np.intersect1d(around, chosen)
        count = min(int(rng.integers(RUINED_LEAST, RUINED_MOST + 1)), len(near))
        trial = best.copy()
        for stop in rng.choice(near, count, replace=False):
            trial.drop(int(stop))
        if rng.random() < BANNED_SHARE:
            trial.banned = middle
        if not (trial.require() and trial.share() and trial.fill()):
            continue
        trial.banned = -1
        if trial.worth() >= best.worth() - 1e-9:
            best = trial
    return best
