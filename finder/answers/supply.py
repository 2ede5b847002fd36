"""Which services count for a question: of which kind, on which day, with or without a position."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finder.answers.atlas import Atlas
from finder.errors import IncompleteSupplyError, UnknownKindError
from finder.geo.episodes import services_on
from finder.tables import KINDS

NEVER_FOR_FAMILIES: Final = ("modelled", "hypothetical")
OPEN_STATUSES: Final = ("open", "unconfirmed")
"""Not confirmed is not closed: such services are offered, and say so."""

MEASURED_PRECISIONS: Final = ("point", "number", "street", "campus", "locality_centre")
"""A position known to the locality only is never drawn nor measured to."""


@dataclass(frozen=True)
class Supply:
    """Services of one kind on one day.

    Attributes
    ----------
    located
        Open (or not confirmed) services with a position, schema :data:`finder.tables.SERVICES`.
    unlocated
        Open (or not confirmed) services whose position is not known well enough to travel to.
    not_open
        Services of the kind that are closed, suspended or planned on that day.
    """

    located: pd.DataFrame
    unlocated: pd.DataFrame
    not_open: pd.DataFrame


def check_kind(kind: str) -> str:
    """Return ``kind``.

    Raises
    ------
    UnknownKindError
        If it is none of :data:`finder.tables.KINDS`.
    """
    if kind not in KINDS:
        raise UnknownKindError(f"Unknown kind of service {kind!r}: choose one of {', '.join(KINDS)}.")
    return kind


def supply_on(atlas: Atlas, kind: str, day: datetime.date) -> Supply:
    """Return the services of ``kind`` on ``day``; modelled and hypothetical ones are never among them.

    A hospital counts only with an emergency department.

    Raises
    ------
    UnknownKindError
        If the kind is unknown.
    """
    return supply_of_kinds(atlas, (kind,), day)


def supply_of_kinds(
    atlas: Atlas, kinds: Sequence[str], day: datetime.date, *, planned: pd.DataFrame | None = None
) -> Supply:
    """Return the services of any of ``kinds`` on ``day``, as :func:`supply_on`.

    ``planned`` adds the services of :func:`finder.answers.mobile_sessions.planned_services` to those of the atlas.

    Raises
    ------
    UnknownKindError
        If a kind is unknown.
    """
    every = atlas.services if planned is None or planned.empty else pd.concat([atlas.services, planned])
    services = services_on(every, atlas.episodes, day)
    is_asked = services["kind"].isin([check_kind(kind) for kind in kinds])
    is_asked &= ~services["provenance"].isin(NEVER_FOR_FAMILIES)
    is_asked &= (services["kind"] != "hospital") | services["has_emergency"].fillna(False).astype(bool)
    services = services[is_asked]
    is_open = services["status"].isin(OPEN_STATUSES)
    has_point = (
        services["lon"].notna() & services["lat"].notna() & services["position_precision"].isin(MEASURED_PRECISIONS)
    )
    return Supply(
        located=services[is_open & has_point],
        unlocated=services[is_open & ~has_point],
        not_open=services[~is_open],
    )


def require_complete(atlas: Atlas, kind: str) -> None:
    """Refuse figures per commune for a kind whose list is not complete everywhere.

    Raises
    ------
    UnknownKindError
        If the kind is unknown.
    IncompleteSupplyError
        If the list is a sample or partial: minutes to "the nearest" would be invented.
    """
    if not atlas.is_complete(check_kind(kind)):
        known = int((atlas.services["kind"] == kind).sum())
        complete = [name for name in KINDS if atlas.is_complete(name)]
        raise IncompleteSupplyError(
            f"No figures per commune for {kind}: list not public, {known} known. "
            f"Complete kinds: {', '.join(complete)}. For one address use: finder nearest."
        )
