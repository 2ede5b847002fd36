"""Which rule no choice of stops can keep, said by name."""

import time
from dataclasses import replace

import numpy as np
import scipy.sparse

from finder.capacity.location.highs import Program, solve
from finder.capacity.mobile.stop_greedy import pick_greedily
from finder.capacity.mobile.stop_options import StopOptions, fits_alone
from finder.capacity.mobile.stop_problem import StopProblem, StopRules
from finder.capacity.mobile.stop_program import layout, make_program
from finder.errors import MobileError, first_ids


def check_can_be_met(problem: StopProblem, rules: StopRules, options: StopOptions) -> None:
    """Check what needs no program: required communes have a stop that can be chosen, the target lives within reach.

    Raises
    ------
    MobileError
        If not.
    """
    nis = problem.stop_nis.astype(str)
    can = set(options.communes[options.stop_commune].tolist())
    lost = [code for code in sorted(set(rules.required_nis)) if code not in can]
    lone = [code for code in lost if code not in nis]
    if lone:
        raise MobileError(
            f"Required communes {first_ids(lone)} have no candidate where a unit could stop: require others, or add "
            "candidates there."
        )
    has_road = np.isfinite(problem.out_min + problem.back_min)
    off = [code for code in lost if not has_road[:, nis == code].any()]
    if off:
        raise MobileError(f"No road leads from any depot to the candidates of required communes {first_ids(off)}.")
    fits = fits_alone(problem, rules.duty)
    far = [code for code in lost if not fits[:, nis == code].any()]
    if far:
        raise MobileError(
            f"Required communes {first_ids(far)} are too far: with a single stop there a day is already longer than "
            f"the shift of {rules.duty.shift_min} min. Add a depot nearer, or lengthen the shift."
        )
    if lost:
        raise MobileError(
            f"No candidate of required communes {first_ids(lost)} reaches and can follow {rules.least_children:g} "
            "children in gaps, the least of a stop: lower it, or require others."
        )
    target, most = rules.target_children, float(options.people.sum())
    if target is not None and target > most + 1e-9:
        raise MobileError(
            f"The target of {target:,.0f} children cannot be met: all allowed stops reach {most:,.1f} children "
            "in gaps together, however many units there are. Lower the target, widen the catchments or exclude less."
        )


def why_infeasible(options: StopOptions, rules: StopRules, *, time_limit_s: float) -> str:
    """Return which rule cannot be kept, found by leaving out one family of rules at a time.

    Parameters
    ----------
    options, rules
        For which there is proven to be no choice.
    time_limit_s
        Seconds for all attempts together.
    """
    depots = len(rules.units_low)
    eased = {
        "target": ("the target", replace(rules, target_children=None)),
        "share": ("the least share of every commune", replace(rules, least_commune_share=0.0)),
        "required": ("the required communes", replace(rules, required_nis=())),
        "least": ("the least children of a stop", replace(rules, least_children=0.0)),
        "units": (
            "the range of units at each depot",
            replace(rules, units_low=(0,) * depots, units_high=(rules.units,) * depots),
        ),
    }
    begun = time.perf_counter()
    tried = {key: other for key, other in eased.items() if other[1] != rules}
    culprits = {}
    for key, (name, other) in tried.items():
        left_s = max(time_limit_s - (time.perf_counter() - begun), 0.1)
        if _is_feasible(options, other, time_limit_s=left_s):
            culprits[key] = name
    if not culprits:
        held = ", ".join(name for name, _ in tried.values()) or "the hours of the units"
        return (
            f"No choice of stops keeps all rules with {_units(rules)}, nor after leaving out any one of them: "
            f"{held}. Ease two or more, or add units."
        )
    left_s = max(time_limit_s - (time.perf_counter() - begun), 1.0)
    details = []
    if "target" in culprits:
        most = _most_children(options, replace(rules, target_children=None), time_limit_s=left_s)
        details.append(f"With {_units(rules)} at most {most:,.0f} of {rules.target_children:,.0f} children.")
    if "share" in culprits:
        share = _greatest_share(options, rules, time_limit_s=left_s)
        details.append(
            f"At most {100 * share:.0f} % of every commune instead of {100 * rules.least_commune_share:g} %."
        )
    if "required" in culprits:
        details.append(f"Required: {first_ids(sorted(rules.required_nis))}.")
    return (
        f"No choice of stops keeps all rules with {_units(rules)}. It would work without "
        f"{', or without '.join(culprits.values())}. {' '.join(details)} Ease this, or add units."
    ).replace("  ", " ")


def _units(rules: StopRules) -> str:
    return f"{rules.units} unit{'s' if rules.units > 1 else ''}"


def _is_feasible(options: StopOptions, rules: StopRules, *, time_limit_s: float) -> bool:
    if pick_greedily(options, rules, rounds=0) is not None:
        return True
    program = make_program(options, rules)
    outcome = solve(replace(program, cost=np.zeros_like(program.cost)), time_limit_s=time_limit_s)
    return outcome.values is not None


def _most_children(options: StopOptions, rules: StopRules, *, time_limit_s: float) -> float:
    """Return a number of children that no choice exceeds."""
    outcome = solve(make_program(options, rules), time_limit_s=time_limit_s, gap=0.001)
    return float(min(-outcome.bound, options.people.sum()))


def _greatest_share(options: StopOptions, rules: StopRules, *, time_limit_s: float) -> float:
    """Return a share that no choice can give every commune, of the relaxation without whole numbers."""
    program = make_program(options, replace(rules, least_commune_share=0.0))
    columns = layout(options, rules)
    reached = options.commune_children
    rows = np.flatnonzero(reached > 0)
    in_commune = scipy.sparse.csr_array(
        (np.ones(columns.pairs), (options.group_commune[options.pair_group], np.arange(columns.pairs))),
        shape=(len(reached), columns.width),
    )[rows]
    share = scipy.sparse.csr_array(-reached[rows][:, None])
    none = scipy.sparse.csr_array((program.matrix.shape[0], 1))
    stretched = Program(
        cost=np.r_[np.zeros(columns.width), -1.0],
        low=np.r_[program.low, 0.0],
        high=np.r_[program.high, 1.0],
        matrix=scipy.sparse.vstack(
            [scipy.sparse.hstack([program.matrix, none]), scipy.sparse.hstack([in_commune, share])]
        ).tocsr(),
        row_low=np.r_[program.row_low, np.zeros(len(rows))],
        row_high=np.r_[program.row_high, np.full(len(rows), np.inf)],
        is_integer=np.zeros(columns.width + 1, dtype=bool),
    )
    outcome = solve(stretched, time_limit_s=time_limit_s)
    return min(-outcome.bound, rules.least_commune_share) if np.isfinite(outcome.bound) else rules.least_commune_share
