"""What if: a scenario is a value, a list of sites to open, close, resize or move."""

import datetime
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from finder.errors import (
    ContradictionError,
    ScenarioFormatError,
    ScenarioSizeError,
    ScenarioVersionError,
    SiteSizeError,
)

METHOD_VERSION: Final = "scenario 1"
ACTIONS_MAX: Final = 200
PLACES_MAX: Final = 1_000
SESSIONS_MAX: Final = 200.0
"""Beyond these a size is a slip of the keyboard: no facility of the Federation is near them."""

DAY_CARE: Final = "day_care"
CONSULTATION: Final = "child_consultation"
SizeUnit = Literal["places", "sessions_per_month"]
SIZE_UNIT: Final[Mapping[str, SizeUnit | None]] = {
    "maternity": None,
    "hospital": None,
    CONSULTATION: "sessions_per_month",
    DAY_CARE: "places",
}
"""Kinds a scenario may change, and what their size is counted in. The first two are real, the others modelled."""


@dataclass(frozen=True)
class Open:
    """Open a site: a new one, or one that the data know as closed.

    Attributes
    ----------
    site_id
        New, or that of a closed site, which opens again where and as it was.
    kind
        Of :data:`SIZE_UNIT`.
    lon, lat
        WGS84 degrees; None for a site that opens again.
    places, sessions_per_month
        Size, in the unit of the kind; None for kinds without one and for a site that opens again as it was.
    subsidised, income_related
        Whether its places are subsidised, and whether their price follows the parents' income. Day care only.
    name
        Shown to people.
    """

    site_id: str
    kind: str
    lon: float | None = None
    lat: float | None = None
    places: int | None = None
    sessions_per_month: float | None = None
    subsidised: bool = False
    income_related: bool = False
    name: str = ""


@dataclass(frozen=True)
class Close:
    """Close a site.

    Attributes
    ----------
    site_id, kind
        Of an open site.
    """

    site_id: str
    kind: str


@dataclass(frozen=True)
class Resize:
    """Give an open site another size, the same in every draw.

    Attributes
    ----------
    site_id, kind
        Of an open site.
    places, sessions_per_month
        In the unit of the kind, larger than 0; None: the size it has in the data, one per draw.
    """

    site_id: str
    kind: str
    places: int | None = None
    sessions_per_month: float | None = None


@dataclass(frozen=True)
class Move:
    """Move an open site.

    Attributes
    ----------
    site_id, kind
        Of an open site.
    lon, lat
        Its new place, WGS84 degrees.
    """

    site_id: str
    kind: str
    lon: float
    lat: float


Action = Open | Close | Resize | Move


@dataclass(frozen=True)
class Scenario:
    """Actions on the network of a day.

    Attributes
    ----------
    id
        Unique; a name need not be.
    name
        Shown to people.
    base_date
        The network of that day is changed. Kinds that are modelled have one network only, that of 31 December 2022.
    data_version
        Fingerprint of the data it was made with.
    actions
        Their order does not matter.

    Raises
    ------
    ScenarioSizeError
        If there are more than :data:`ACTIONS_MAX` actions.
    ScenarioFormatError
        If a kind is unknown, or a position is half given or not a finite number.
    SiteSizeError
        If a size is negative, 0, missing, too large or in another unit.
    ContradictionError
        If two actions on one site contradict each other.
    """

    id: str
    name: str
    base_date: datetime.date
    data_version: str
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        if len(self.actions) > ACTIONS_MAX:
            raise ScenarioSizeError(
                f"The scenario has {len(self.actions)} actions: {ACTIONS_MAX} at most. Split it into several."
            )
        for number, action in enumerate(self.actions, start=1):
            _check_action(action, number)
        _check_pairs(self.actions)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that it changes, sorted."""
        return tuple(sorted({action.kind for action in self.actions}))

    def of_kind(self, kind: str) -> list[tuple[int, Action]]:
        """Return the actions on one kind, each with its number (from 1)."""
        return [(number, action) for number, action in enumerate(self.actions, start=1) if action.kind == kind]


def require_data_version(scenario: Scenario, current: str) -> None:
    """Refuse a scenario that was made with other data.

    Raises
    ------
    ScenarioVersionError
        If the fingerprints differ; :func:`adopt_data_version` takes it over knowingly.
    """
    if scenario.data_version != current:
        raise ScenarioVersionError(
            f"The scenario {scenario.name!r} was made with the data {scenario.data_version or 'of no version'}, these"
            f" are {current}: its sites may have changed. Look through its actions, then save it with these data."
        )


def adopt_data_version(scenario: Scenario, current: str) -> Scenario:
    """Return the scenario as one made with the data at hand; its sites are checked when it is applied."""
    return replace(scenario, data_version=current)


def _check_action(action: Action, number: int) -> None:
    if action.kind not in SIZE_UNIT:
        raise ScenarioFormatError(
            f"Action {number}: unknown kind {action.kind!r}; choose one of {', '.join(SIZE_UNIT)}."
        )
    if isinstance(action, Open | Move):
        _check_position(action, number)
    if isinstance(action, Open | Resize):
        _check_size(action, number)
    if isinstance(action, Open) and action.kind != DAY_CARE and (action.subsidised or action.income_related):
        raise SiteSizeError(f"Action {number}: only day care is subsidised or has a price that follows the income.")


def _check_position(action: Open | Move, number: int) -> None:
    if action.lon is None and action.lat is None:
        return
    if action.lon is None or action.lat is None or not (math.isfinite(action.lon) and math.isfinite(action.lat)):
        raise ScenarioFormatError(
            f"Action {number}: the site {action.site_id} needs a longitude and a latitude that are finite numbers."
        )


def _check_size(action: Open | Resize, number: int) -> None:
    unit = SIZE_UNIT[action.kind]
    given: dict[str, float | None] = {"places": action.places, "sessions_per_month": action.sessions_per_month}
    for name, value in given.items():
        if value is not None and name != unit:
            raise SiteSizeError(f"Action {number}: a {action.kind} has no {name}; leave the field out.")
    value = given[unit] if unit else None
    most = PLACES_MAX if unit == "places" else SESSIONS_MAX
    if value is not None and not 0 < value <= most:
        raise SiteSizeError(
            f"Action {number}: {value} {unit} for the site {action.site_id}; give more than 0 and at most {most:g}."
        )
    if isinstance(action, Open) and action.lon is not None and unit and value is None:
        raise SiteSizeError(f"Action {number}: the new site {action.site_id} needs {unit}.")
    if isinstance(action, Resize) and unit is None:
        raise SiteSizeError(f"Action {number}: a {action.kind} has no size that Finder counts; take the action out.")


def _check_pairs(actions: tuple[Action, ...]) -> None:
    """Refuse actions on one site that do not commute: only one resize and one move may go together."""
    seen: dict[tuple[str, str], list[tuple[int, Action]]] = {}
    for number, action in enumerate(actions, start=1):
        seen.setdefault((action.kind, action.site_id), []).append((number, action))
    for (_, site_id), found in seen.items():
        counts = Counter(type(action) for _, action in found)
        if len(found) > 1 and not (set(counts) == {Resize, Move} and len(found) == 2):
            numbers = " and ".join(f"{number} ({type(action).__name__.lower()})" for number, action in found)
            raise ContradictionError(
                f"Actions {numbers} contradict each other: one site ({site_id}) is opened or closed once, or resized"
                " and moved once each. Keep one of them."
            )
