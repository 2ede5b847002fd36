"""What closures and moves did to people's way, apart: the same network with one kind of change only."""

import datetime
from dataclasses import dataclass, replace

import pandas as pd

from finder.answers.access import AccessAnswer, AccessQuestion, ZoneLevel, longer_ways, measure_supply
from finder.answers.atlas import Atlas
from finder.answers.supply import require_complete, supply_on
from finder.errors import SchemaError
from finder.geo.episodes import status_changes
from finder.units import Mode

CLOSING = ("closed", "suspended")


@dataclass(frozen=True)
class ChangeEffect:
    """The effect of what changed between two days.

    Attributes
    ----------
    before, closures_only, moves_only, after
        Minutes on the first day; on that day without the sites that have closed or been suspended since; on that day
        with the sites that have moved since at their new place; on the last day.
    changes
        Dated changes, see :func:`finder.geo.episodes.status_changes`, with the ``name`` of each site.
    moved_to_unknown
        Ids of sites that moved to a place not located yet: they count where they were.
    """

    before: AccessAnswer
    closures_only: AccessAnswer
    moves_only: AccessAnswer
    after: AccessAnswer
    changes: pd.DataFrame
    moved_to_unknown: tuple[str, ...]

    @property
    def notes(self) -> list[str]:
        """What to know of the figures, in plain English."""
        names = self.after.services.reindex(self.moved_to_unknown)["name"]
        unknown = [f"The move of {name} counts as no change: its new place is not located yet." for name in names]
        return [*self.after.notes, *unknown]

    def longer(self, atlas: Atlas, *, level: ZoneLevel = "commune") -> pd.DataFrame:
        """Count by zone the people whose way grew by more than 5, 10 and 15 minutes.

        Returns
        -------
        DataFrame
            Indexed by zone; columns ``<cause>_longer_than_<limit>`` with cause ``closures``, ``moves`` and ``all``.
        """
        causes = {"closures": self.closures_only, "moves": self.moves_only, "all": self.after}
        tables = [
            longer_ways(atlas, self.before, answer, level=level).add_prefix(f"{cause}_")
            for cause, answer in causes.items()
        ]
        return pd.concat(tables, axis=1)


def effect_of_changes(
    atlas: Atlas, *, kind: str, mode: Mode, start: datetime.date, end: datetime.date, year: int = 2020
) -> ChangeEffect:
    """Measure what the closures and the moves between two days changed, apart and together.

    Raises
    ------
    UnknownKindError, IncompleteSupplyError
        If the kind is unknown, or our list of it is not complete.
    SchemaError
        If a day is before the first one that can be rebuilt, or the days are in the wrong order.
    """
    require_complete(atlas, kind)
    if start > end:
        raise SchemaError(f"The first day ({start}) must not be after the last one ({end}).")
    first = AccessQuestion(kind, mode, start, year=year)
    last = replace(first, day=end)
    before, after = supply_on(atlas, kind, start), supply_on(atlas, kind, end)
    status_at_end = after.not_open["status"].reindex(before.located.index)
    closed = status_at_end.isin(CLOSING)
    moved = status_at_end == "moved"
    successors = atlas.episodes["successor_id"].dropna()
    arrived = after.located[after.located.index.isin(successors) & ~after.located.index.isin(before.located.index)]
    changes = status_changes(atlas.episodes, start + datetime.timedelta(days=1), end)
    changes = changes[changes["service_id"].map(atlas.services["kind"]) == kind]
    return ChangeEffect(
        before=measure_supply(atlas, first, before),
        closures_only=measure_supply(atlas, first, replace(before, located=before.located[~closed])),
        moves_only=measure_supply(atlas, first, replace(before, located=pd.concat([before.located[~moved], arrived]))),
        after=measure_supply(atlas, last, after),
        changes=changes.assign(name=changes["service_id"].map(atlas.services["name"])),
        moved_to_unknown=tuple(arrived.index[arrived["position_flag"].fillna("").str.contains("site moved")]),
    )
