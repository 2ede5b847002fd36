"""Solving what the page Where to add asks, in the process beside the app."""

from collections.abc import Callable
from typing import Final

from finder.answers.atlas import Atlas
from finder.answers.places_allocation import AllocationQuestion, TargetQuestion, allocate_places, places_to_targets
from finder.answers.siting import SitingQuestion, find_sites, selection_shares
from finder.pages.solver_worker import Task, Tell

DRAWS: Final = tuple(range(1, 21))
"""Of the modelled network, asked how often they choose a site."""

SITES_LIMIT_S: Final = 90.0
DRAW_LIMIT_S: Final = 30.0


def solve(task: Task, tell: Tell, stopped: Callable[[], bool]) -> object:
    """Return the answer to a task.

    Raises
    ------
    FinderError
        If the question cannot be answered: it says why.
    """
    atlas = Atlas()
    question = task.question
    if isinstance(question, AllocationQuestion):
        return allocate_places(atlas, question)
    if isinstance(question, TargetQuestion):
        return places_to_targets(atlas, question)
    assert isinstance(question, SitingQuestion)
    if task.name == "shares":
        return selection_shares(
            atlas, question, DRAWS, time_limit_s=DRAW_LIMIT_S,
            progress=lambda done, of: tell(done, of, float("nan"), float("nan")),
        )  # fmt: skip
    # People within reach already make the gap of the whole look small: the proof is asked for, the clock ends it.
    return find_sites(atlas, question, gap=0.0, time_limit_s=SITES_LIMIT_S, progress=tell, cancelled=stopped)
