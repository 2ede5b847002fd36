"""The choice of stops as a mixed-integer program."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse

from finder.capacity.location.highs import Program
from finder.capacity.mobile.stop_options import Pick, StopOptions, unit_minutes, unit_sessions
from finder.capacity.mobile.stop_problem import Float64, Int64, StopRules

TIGHT_PAIRS: Final = 2_000
"""Pairs of group and stop up to which each is kept from stops that are not chosen by a row of its own; beyond, these
rows cost far more time than their relaxation saves."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the columns of the program are: children of pairs, options, units of depots."""

    pairs: int
    options: int
    depots: int

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.pairs + self.options + self.depots

    def read(self, values: Float64) -> Pick:
        """Return the choice that the values of the columns stand for."""
        end = self.pairs + self.options
        return Pick(
            children=values[: self.pairs],
            chosen=np.flatnonzero(values[self.pairs : end] > 0.5).astype(np.int64),
            units=np.rint(values[end:]).astype(np.int64),
        )

    def write(self, pick: Pick) -> Float64:
        """Return the values of the columns for a choice."""
        values = np.zeros(self.width)
        values[: self.pairs] = pick.children
        values[self.pairs + pick.chosen] = 1.0
        values[self.pairs + self.options :] = pick.units
        return values


def layout(options: StopOptions, rules: StopRules) -> Layout:
    """Return where the columns are."""
    return Layout(len(options.pair_stop), len(options.option_stop), len(rules.units_low))


def make_program(options: StopOptions, rules: StopRules) -> Program:
    """Return the program: most children (minimised with a minus) or, for a target, fewest sessions.

    Columns: ``x_gs`` children of group g at stop s, ``y_o`` whether option o (stop, sessions f_o, depot) is chosen,
    ``n_d`` units. Rows, in this order::

        sum_s x_gs <= people_g                                   counted once
        sum_g x_gs <= sum_o room_o y_o                           of each stop
        sum_o y_o <= 1                                           of each stop
        sum_o f_o y_o <= n_d * stops a day * days                of each depot
        sum_o f_o minutes_o y_o <= n_d * shift * days            of each depot
        sum_d n_d = units
        sum_g x_gs >= least_children sum_o y_o                   of each stop
        sum_o y_o >= 1                                           of each required commune
        sum_gs x_gs >= share * children that can be reached      of each commune
        sum_gs x_gs >= target
        x_gs <= people_g sum_o y_o                               of each pair, if there are few

    ``room_o`` is the lesser of what the sessions can follow and the children of the whole catchment: this alone lets
    the relaxation know that a half-open stop serves half of a small catchment.
    """
    at = layout(options, rules)
    n_pairs, n_options, n_depots = at.pairs, at.options, at.depots
    pair = np.arange(n_pairs)
    option = n_pairs + np.arange(n_options)
    unit = n_pairs + n_options + np.arange(n_depots)
    sessions = options.option_sessions.astype(np.float64)
    n_groups, n_stops, n_communes = options.n_groups, options.n_stops, len(options.communes)
    blocks: list[scipy.sparse.csr_array] = []
    lows: list[Float64] = []
    highs: list[Float64] = []

    def add(
        entries: list[tuple[npt.ArrayLike, Int64, npt.ArrayLike]], count: int, *, low: npt.ArrayLike = -np.inf,
        high: npt.ArrayLike = np.inf, keep: npt.NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        columns = [column for _, column, _ in entries]
        rows = [np.broadcast_to(np.asarray(row), column.shape) for row, column, _ in entries]
        values = [np.broadcast_to(np.asarray(value, dtype=np.float64), column.shape) for _, column, value in entries]
        block = scipy.sparse.csr_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(count, at.width)
        )
        kept = np.ones(count, dtype=bool) if keep is None else keep
        blocks.append(block[kept])
        lows.append(np.broadcast_to(np.asarray(low, dtype=np.float64), count)[kept])
        highs.append(np.broadcast_to(np.asarray(high, dtype=np.float64), count)[kept])

    of_stop = options.option_stop
    add([(options.pair_group, pair, 1.0)], n_groups, high=options.people)
    add([(options.pair_stop, pair, 1.0), (of_stop, option, -options.option_room)], n_stops, high=0.0)
    add([(of_stop, option, 1.0)], n_stops, high=1.0)
    depots = np.arange(n_depots)
    add(
        [(options.option_depot, option, sessions), (depots, unit, -float(unit_sessions(rules)))], n_depots, high=0.0
    )  # fmt: skip
    add(
        [
            (options.option_depot, option, sessions * options.option_min),
            (depots, unit, -float(unit_minutes(rules))),
        ],
        n_depots,
        high=0.0,
    )
    add([(0, unit, 1.0)], 1, low=rules.units, high=rules.units)
    if rules.least_children > 0:
        add([(options.pair_stop, pair, 1.0), (of_stop, option, -rules.least_children)], n_stops, low=0.0)
    if rules.required_nis:
        is_required = np.isin(options.communes, list(rules.required_nis))
        add([(options.stop_commune[of_stop], option, 1.0)], n_communes, low=1.0, keep=is_required)
    if rules.least_commune_share > 0:
        share = rules.least_commune_share * options.commune_children
        add([(options.group_commune[options.pair_group], pair, 1.0)], n_communes, low=share, keep=share > 0)
    if rules.target_children is not None:
        add([(0, pair, 1.0)], 1, low=rules.target_children)
    if n_pairs <= TIGHT_PAIRS:
        by_stop = _rows_of(options.pair_stop, of_stop, n_stops)
        row, chosen = by_stop
        add(
            [(pair, pair, 1.0), (row, option[chosen], -options.people[options.pair_group[row]])], n_pairs, high=0.0
        )  # fmt: skip
    wants_children = rules.target_children is None
    return Program(
        cost=np.r_[
            np.full(n_pairs, -1.0 if wants_children else 0.0),
            np.zeros(n_options) if wants_children else sessions,
            np.zeros(n_depots),
        ],
        low=np.r_[np.zeros(n_pairs + n_options), np.asarray(rules.units_low, dtype=np.float64)],
        high=np.r_[
            options.people[options.pair_group], np.ones(n_options), np.asarray(rules.units_high, dtype=np.float64)
        ],
        matrix=scipy.sparse.vstack(blocks).tocsr(),
        row_low=np.concatenate(lows),
        row_high=np.concatenate(highs),
        is_integer=np.r_[np.zeros(n_pairs, dtype=bool), np.ones(n_options + n_depots, dtype=bool)],
    )


def pool_depots(options: StopOptions, rules: StopRules) -> tuple[StopOptions, StopRules]:
    """Return the easier problem of one depot that has all units and is as near to each stop as its nearest depot.

    Whatever the depots can do apart they can do together, so a bound of this problem is a bound of the real one.
    """
    what = options.option_stop * (int(options.option_sessions.max(initial=0)) + 1) + options.option_sessions
    order = np.lexsort((options.option_min, what))
    kept = np.sort(order[np.diff(what[order], prepend=-1) > 0])
    pooled = replace(
        options, option_stop=options.option_stop[kept], option_sessions=options.option_sessions[kept],
        option_depot=np.zeros(len(kept), dtype=np.int64), option_min=options.option_min[kept],
        option_room=options.option_room[kept],
    )  # fmt: skip
    return pooled, replace(rules, units_low=(rules.units,), units_high=(rules.units,))


def _rows_of(pair_stop: Int64, option_stop: Int64, n_stops: int) -> tuple[Int64, Int64]:
    """Return all (pair, option) of the same stop; options are sorted by stop."""
    first = np.searchsorted(option_stop, np.arange(n_stops + 1))
    count = np.diff(first)[pair_stop]
    row = np.repeat(np.arange(len(pair_stop)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, first[pair_stop][row] + within
