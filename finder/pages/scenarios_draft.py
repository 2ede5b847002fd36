"""The scenario being worked on: a value with what came before and after it, so that every step can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from finder.capacity.scenario import Action, Close, Move, Open, Resize, Scenario

STEPS_MAX: Final = 50


@dataclass(frozen=True)
class Source:
    """Where a scenario came from, as the address writes it.

    Attributes
    ----------
    name
        ``ready``, ``doc`` or ``s``.
    value
        Id of a ready-made scenario or of a saved one, or the text of a link.
    """

    name: str
    value: str


@dataclass(frozen=True)
class Draft:
    """A scenario being worked on.

    Attributes
    ----------
    scenario
        As it is now.
    past, future
        Steps to undo, the last one last, and to do again, the next one last.
    source
        Where it came from, as long as it has not been changed since.
    document
        Id and revision of the saved scenario it goes back to.
    """

    scenario: Scenario
    past: tuple[Scenario, ...] = ()
    future: tuple[Scenario, ...] = ()
    source: Source | None = None
    document: tuple[str, int] | None = None

    def then(self, scenario: Scenario) -> "Draft":
        """Return the draft after one step."""
        return replace(self, scenario=scenario, past=(*self.past, self.scenario)[-STEPS_MAX:], future=(), source=None)

    def opened(self, scenario: Scenario, source: Source | None, document: tuple[str, int] | None = None) -> "Draft":
        """Return the draft after another scenario was opened; undoing leads back to the one before."""
        return replace(self.then(scenario), source=source, document=document)

    def undone(self) -> "Draft":
        """Return the draft one step back; itself if there is none."""
        if not self.past:
            return self
        future = (*self.future, self.scenario)
        return replace(self, scenario=self.past[-1], past=self.past[:-1], future=future, source=None)

    def redone(self) -> "Draft":
        """Return the draft one undone step forward; itself if there is none."""
        if not self.future:
            return self
        past = (*self.past, self.scenario)
        return replace(self, scenario=self.future[-1], past=past, future=self.future[:-1], source=None)


def with_action(scenario: Scenario, action: Action) -> Scenario:
    """Return a scenario with one more action.

    What it replaces goes: a new size the old one, a new place the old one, closing a site of the scenario's own its
    opening, moving or resizing such a site changes its opening.
    """
    mine = next((a for a in scenario.actions if _is_new(a) and _names(a) == _names(action)), None)
    if isinstance(mine, Open) and not isinstance(action, Open):
        return replace(scenario, actions=_swapped(scenario.actions, mine, _changed(mine, action)))
    closes = isinstance(action, Close)
    kept = [a for a in scenario.actions if not (_names(a) == _names(action) and (closes or type(a) is type(action)))]
    return replace(scenario, actions=(*kept, action))


def _is_new(action: Action) -> bool:
    return isinstance(action, Open) and action.lon is not None


def _names(action: Action) -> tuple[str, str]:
    return action.kind, action.site_id


def _swapped(actions: Iterable[Action], old: Action, new: Action | None) -> tuple[Action, ...]:
    swapped = [new if action is old else action for action in actions]
    return tuple(action for action in swapped if action is not None)


def _changed(mine: Open, action: Action) -> Open | None:
    if isinstance(action, Move):
        return replace(mine, lon=action.lon, lat=action.lat)
    if isinstance(action, Resize):
        return replace(mine, places=action.places, sessions_per_month=action.sessions_per_month)
    return None


def without_action(scenario: Scenario, number: int) -> Scenario:
    """Return a scenario without one of its actions, counted from 0."""
    return replace(scenario, actions=scenario.actions[:number] + scenario.actions[number + 1 :])


def new_site_id(scenario: Scenario) -> str:
    """Return an id that no site of the scenario has."""
    taken = {action.site_id for action in scenario.actions}
    return next(f"new-{n}" for n in range(1, len(taken) + 2) if f"new-{n}" not in taken)
