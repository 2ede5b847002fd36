"""The one door to HiGHS: a mixed-integer linear program in, values and a bound out."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from finder.capacity.location.problem import Float64
from finder.capacity.location.solution import Cancelled
from finder.errors import LocationError


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost x`` with ``row_low <= A x <= row_high`` and ``low <= x <= high``.

    Attributes
    ----------
    cost, low, high
        Shape (n_columns,).
    matrix
        ``A``: SciPy sparse, shape (n_rows, n_columns).
    row_low, row_high
        Shape (n_rows,), infinite where there is no limit.
    is_integer
        Shape (n_columns,).
    """

    cost: Float64
    low: Float64
    high: Float64
    matrix: Any
    row_low: Float64
    row_high: Float64
    is_integer: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What HiGHS found.

    Attributes
    ----------
    values
        Shape (n_columns,); None without a feasible answer.
    objective, bound
        Of the answer (nan without one) and below which none can be.
    is_infeasible
        Whether it is proven that there is no answer.
    stopped
        Whether the clock or the caller ended the search.
    """

    values: Float64 | None
    objective: float
    bound: float
    is_infeasible: bool
    stopped: bool


def solve(
    program: Program,
    *,
    time_limit_s: float,
    start: Float64 | None = None,
    gap: float = 0.0,
    linear_by: Literal["choose", "simplex", "ipm"] = "choose",
    told: Callable[[float, float], None] | None = None,
    cancelled: Cancelled | None = None,
) -> Outcome:
    """Solve to proven optimality, or to a gap that is enough, or until the time is over.

    Parameters
    ----------
    program
        What to solve.
    time_limit_s
        Seconds, > 0.
    start
        A feasible answer to begin with.
    gap
        Relative gap between answer and bound that is enough; 0 asks for the proof.
    linear_by
        How a program without integers is solved: as HiGHS chooses, by simplex, or by interior points.
    told
        Called with (objective so far, bound so far) now and then while an integer program is solved; infinite where
        there is none yet.
    cancelled
        Asked while HiGHS runs.

    Raises
    ------
    LocationError
        If HiGHS refuses the program or gives up for another reason than time or infeasibility.
    """
    import highspy

    matrix = program.matrix.tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    lp.integrality_ = [kinds[int(whole)] for whole in program.is_integer]
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    # Always set, so that HiGHS does not stop at a gap of its own; sums of people-minutes are large, so no absolute gap.
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_abs_gap", 1e-6)
    highs.setOptionValue("solver", linear_by)
    if math.isfinite(time_limit_s):
        highs.setOptionValue("time_limit", max(time_limit_s, 0.01))
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise LocationError(f"The solver refused a program of {matrix.shape} rows and columns: look for nan or inf.")
    if start is not None:
        guess = highspy.HighsSolution()
        guess.col_value = list(start)
        highs.setSolution(guess)
    if cancelled is not None:
        ask = cancelled

        def interrupt(event: Any) -> None:  # noqa: ANN401
            if ask():
                event.interrupt()

        highs.cbMipInterrupt += interrupt
        highs.cbSimplexInterrupt += interrupt
        highs.cbIpmInterrupt += interrupt
    if told is not None:
        tell = told

        def report(event: Any) -> None:  # noqa: ANN401
            tell(float(event.data_out.mip_primal_bound), float(event.data_out.mip_dual_bound))

        highs.cbMipImprovingSolution += report
        highs.cbMipLogging += report
    highs.run()
    state = highs.getModelStatus()
    known = highspy.HighsModelStatus
    if state in (known.kInfeasible, known.kUnboundedOrInfeasible):
        return Outcome(None, math.nan, math.inf, is_infeasible=True, stopped=False)
    if state not in (known.kOptimal, known.kTimeLimit, known.kInterrupt, known.kModelEmpty):
        raise LocationError(f"The solver gave up: {highs.modelStatusToString(state)}.")
    stopped = state in (known.kTimeLimit, known.kInterrupt)
    info = highs.getInfo()
    has_answer = info.primal_solution_status == highspy.kSolutionStatusFeasible
    is_mixed = bool(program.is_integer.any())
    bound = info.mip_dual_bound if is_mixed else (-math.inf if stopped else info.objective_function_value)
    if not has_answer:
        return Outcome(None, math.nan, float(bound), is_infeasible=False, stopped=stopped)
    return Outcome(
        values=np.array(highs.getSolution().col_value),
        objective=float(info.objective_function_value),
        bound=float(bound),
        is_infeasible=False,
        stopped=stopped,
    )
