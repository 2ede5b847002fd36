"""The process beside the app that solves: reads one task, tells how far it is, and writes the answer.

Started as ``python -m finder.pages.siting_worker``. Both ends are ours, on one machine: values go as pickles. The app
sends the task, later perhaps one byte that asks to stop with the best so far; when the app is gone, so is this.
"""

import os
import pickle
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal

from finder.answers.places_allocation import AllocationQuestion, TargetQuestion
from finder.answers.siting import SitingQuestion
from finder.errors import FinderError

STOP: Final = b"s"
DRAWS: Final = tuple(range(1, 21))
SITES_LIMIT_S: Final = 90.0
DRAW_LIMIT_S: Final = 30.0

Step = tuple[int, int, float, float]
Tell = Callable[[int, int, float, float], None]


@dataclass(frozen=True)
class Task:
    """What is to be solved.

    Attributes
    ----------
    name
        ``sites``, ``shares`` (how often each site is chosen over draws), ``next`` or ``target``.
    question
        A :class:`SitingQuestion` for the first two, an :class:`AllocationQuestion`, a :class:`TargetQuestion`.
    """

    name: Literal["sites", "shares", "next", "target"]
    question: SitingQuestion | AllocationQuestion | TargetQuestion

    @property
    def key(self) -> str:
        """What tells it from every other task."""
        return f"{self.name} {self.question!r}"


def solve(task: Task, tell: Tell, stopped: Callable[[], bool]) -> object:
    """Return the answer to a task.

    Raises
    ------
    FinderError
        If the question cannot be answered: it says why.
    """
    from finder.answers.atlas import Atlas
    from finder.answers.places_allocation import allocate_places, places_to_targets
    from finder.answers.siting import find_sites, selection_shares

    atlas = Atlas()
    question = task.question
    if isinstance(question, AllocationQuestion):
        return allocate_places(atlas, question)
    if isinstance(question, TargetQuestion):
        return places_to_targets(atlas, question)
    if task.name == "shares":
        return selection_shares(
            atlas, question, DRAWS, time_limit_s=DRAW_LIMIT_S,
            progress=lambda done, of: tell(done, of, float("nan"), float("nan")),
        )  # fmt: skip
    # People within reach already make the gap of the whole look small: the proof is asked for, the clock ends it.
    return find_sites(atlas, question, gap=0.0, time_limit_s=SITES_LIMIT_S, progress=tell, cancelled=stopped)


def main() -> None:
    """Serve one task over standard input and output."""
    inward, outward = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a solver prints must not end up between our values.
    os.dup2(2, 1)
    task: Task = pickle.load(inward)
    stop = threading.Event()
    threading.Thread(target=_listen, args=(inward, stop), daemon=True).start()

    def tell(step: int, of: int, objective: float, bound: float) -> None:
        _send(outward, "step", (step, of, objective, bound))

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
