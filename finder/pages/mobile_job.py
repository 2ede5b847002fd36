"""Solving what the page Mobile asks, in the process beside the app."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from finder.answers.atlas import Atlas
from finder.answers.mobile import make_plan, units_curve
from finder.answers.mobile_question import MobileQuestion
from finder.pages.solver_worker import Task, Tell

USUAL_LIMIT_S: Final = 120.0


@dataclass(frozen=True)
class PlanRequest:
    """A plan asked for, and how long its solvers may take, in seconds."""

    question: MobileQuestion
    time_limit_s: float = USUAL_LIMIT_S


@dataclass(frozen=True)
class CurveRequest:
    """How many children several numbers of units would follow, and seconds for each number."""

    question: MobileQuestion
    units: tuple[int, ...]
    time_limit_s: float = 40.0


def plan_task(question: MobileQuestion, *, time_limit_s: float = USUAL_LIMIT_S) -> Task:
    """Return the task whose answer is a :class:`finder.answers.mobile.MobilePlan`."""
    return Task("mobile", PlanRequest(question, time_limit_s))


def curve_task(question: MobileQuestion, units: tuple[int, ...]) -> Task:
    """Return the task whose answer is what :func:`finder.answers.mobile.units_curve` returns."""
    return Task("curve", CurveRequest(question, units))


def solve(task: Task, tell: Tell, stopped: Callable[[], bool]) -> object:
    """Return the answer to a task.

    Raises
    ------
    FinderError
        If the question cannot be answered: it says why.
    """
    tell(0, 0, math.nan, math.nan, "demand")

    def progress(stage: str, step: int, of: int, best: float, bound: float) -> None:
        tell(step, of, best, bound, stage)

    request, atlas = task.question, Atlas()
    if isinstance(request, CurveRequest):
        return units_curve(
            atlas, request.question, request.units, time_limit_s=request.time_limit_s, progress=progress,
            cancelled=stopped,
        )  # fmt: skip
    assert isinstance(request, PlanRequest)
    return make_plan(atlas, request.question, time_limit_s=request.time_limit_s, progress=progress, cancelled=stopped)
