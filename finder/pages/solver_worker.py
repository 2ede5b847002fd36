"""The process beside the app that solves: reads one task, tells how far it is, and writes the answer.

Started as ``python -m finder.pages.solver_worker``. Both ends are ours, on one machine: values go as pickles. The app
sends the task, later perhaps one byte that asks to stop with the best so far; when the app is gone, so is this.
"""

import math
import os
import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Final, Literal, NamedTuple, Protocol

from finder.errors import FinderError

STOP: Final = b"s"

TaskName = Literal["sites", "shares", "next", "target", "mobile", "curve"]
SOLVERS: Final[Mapping[TaskName, str]] = {
    **dict.fromkeys(("sites", "shares", "next", "target"), "finder.pages.siting_job"),
    **dict.fromkeys(("mobile", "curve"), "finder.pages.mobile_job"),
}
"""Module with the function ``solve`` for each task; imported in the process only, as it loads the data."""


class Step(NamedTuple):
    """How far a solver is: a step of so many, the best so far and what nothing can beat (nan if unknown), a stage."""

    step: int = 0
    of: int = 0
    objective: float = math.nan
    bound: float = math.nan
    stage: str = ""


class Tell(Protocol):
    """Tells the app how far the solver is; values as in :class:`Step`."""

    def __call__(self, step: int, of: int, objective: float, bound: float, stage: str = "", /) -> None:
        """Tell it."""
        ...


@dataclass(frozen=True)
class Task:
    """What is to be solved.

    Attributes
    ----------
    name
        Key of :data:`SOLVERS`.
    question
        What its solver takes: a value with a telling ``repr``, such as a frozen dataclass.
    """

    name: TaskName
    question: object

    @property
    def key(self) -> str:
        """What tells it from every other task."""
        return f"{self.name} {self.question!r}"


def main() -> None:
    """Serve one task over standard input and output."""
    inward, outward = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a solver prints must not end up between our values.
    os.dup2(2, 1)
    task: Task = pickle.load(inward)
    stop = threading.Event()
    threading.Thread(target=_listen, args=(inward, stop), daemon=True).start()

    def tell(step: int, of: int, objective: float, bound: float, stage: str = "", /) -> None:
        _send(outward, "step", tuple(Step(step, of, objective, bound, stage)))

    solve: Callable[[Task, Tell, Callable[[], bool]], object] = import_module(SOLVERS[task.name]).solve
    try:
        _send(outward, "answer", solve(task, tell, stop.is_set))
    except FinderError as error:
        _send(outward, "refused", str(error))


def _listen(inward: BinaryIO, stop: threading.Event) -> None:
    if inward.read(1) != STOP:
        os._exit(1)
    stop.set()
    if inward.read(1) == b"":
        os._exit(1)


def _send(outward: BinaryIO, what: str, value: object) -> None:
    pickle.dump((what, value), outward, protocol=pickle.HIGHEST_PROTOCOL)
    outward.flush()


if __name__ == "__main__":
    main()
