"""Access by commune, province and whole area: minutes to the nearest service of a kind on a day."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.notes import history_note, service_notes, traffic_note
from finder.answers.supply import Supply, require_complete, supply_on
from finder.geo.access import METHOD_VERSION, access_by_zone, people_with_longer_way
from finder.geo.point_access import PointAccess, measure_points
from finder.units import Mode

ZoneLevel = Literal["commune", "province", "area"]
ZONE_LEVELS: Final[tuple[ZoneLevel, ...]] = ("commune", "province", "area")
WHOLE_AREA: Final = "Wallonia and Brussels"
RANK_COUNT: Final = 3
PEOPLE_OF_KIND: Final = {"maternity": "women_15_49", "hospital": "population"}
"""Who needs the service: the weight of every mean and share."""


@dataclass(frozen=True)
class AccessQuestion:
    """What is asked.

    Attributes
    ----------
    kind, mode, day
        Services of that kind open on that day, reached by that mode.
    year
        Year of the demand points.
    people
        Column of the demand points that weighs; default the one of the kind.
    """

    kind: str
    mode: Mode
    day: datetime.date
    year: int = 2020
    people: str | None = None

    @property
    def weight(self) -> str:
        """Column of the demand points that weighs."""
        return self.people or PEOPLE_OF_KIND[self.kind]


@dataclass(frozen=True)
class AccessAnswer:
    """Minutes of every demand point, ready to be summarised by zone.

    Attributes
    ----------
    question
        What was asked.
    points
        Demand points; index ``point_id``.
    services
        Services that counted, in the order of ``measured.service_index``.
    unlocated_count
        Services that could not count because their position is not known.
    measured
        Minutes, services and what is uncertain, one row per demand point.
    method
        Version of the method.
    """

    question: AccessQuestion
    points: pd.DataFrame
    services: pd.DataFrame
    unlocated_count: int
    measured: PointAccess
    method: str = METHOD_VERSION

    def minutes(self, rank: int = 1) -> np.ndarray:
        """Return the minutes of every demand point to its ``rank``-th nearest service."""
        return self.measured.minutes[:, rank - 1].astype(np.float64)

    @property
    def notes(self) -> list[str]:
        """What to know of the figures, in plain English (the pages say it in the visitor's language)."""
        question = self.question
        basis = "estimated" if question.weight.startswith("women") else self.points["basis"].iloc[0]
        notes = [
            *traffic_note(question.mode),
            f"Weighted by {question.weight} on 1 January {question.year} ({basis}).",
            *service_notes(self.services, question.day),
            *history_note(question.kind, self.services, question.day),
        ]
        if question.mode != "car":
            notes.append("Footpaths are mapped in Brussels only: paths not mapped elsewhere.")
        if self.unlocated_count:
            notes.append(f"{self.unlocated_count} services without a known position could not count.")
        return notes

    @property
    def people(self) -> np.ndarray:
        """People at every demand point."""
        return self.points[self.question.weight].to_numpy(dtype=np.float64)


def measure_access(atlas: Atlas, question: AccessQuestion) -> AccessAnswer:
    """Measure the minutes from every demand point to its three nearest services.

    Raises
    ------
    UnknownKindError
        If the kind is unknown.
    IncompleteSupplyError
        If our list of that kind is not complete: no commune gets a figure then.
    """
    require_complete(atlas, question.kind)
    return measure_supply(atlas, question, supply_on(atlas, question.kind, question.day))


def measure_supply(atlas: Atlas, question: AccessQuestion, supply: Supply) -> AccessAnswer:
    """Measure the minutes from every demand point to the three nearest of the located services of ``supply``."""
    roads = atlas.roads(question.mode)
    measured = measure_points(
        roads.graph,
        roads.network.is_synthetic,
        atlas.demand_snaps(question.mode, question.year),
        roads.snap(supply.located["lon"], supply.located["lat"]),
        roads.border,
        k=RANK_COUNT,
    )
    return AccessAnswer(
        question=question,
        points=atlas.demand(question.year),
        services=supply.located,
        unlocated_count=len(supply.unlocated),
        measured=measured,
    )


def zone_of_points(atlas: Atlas, points: pd.DataFrame, level: ZoneLevel) -> "pd.Series[str]":
    """Return the zone of every demand point: NIS code, province name or the whole area."""
    if level == "commune":
        return points["nis"]
    if level == "province":
        return points["nis"].map(atlas.communes["province"])
    return pd.Series(WHOLE_AREA, index=points.index)


def summarise(atlas: Atlas, answer: AccessAnswer, *, level: ZoneLevel = "commune", rank: int = 1) -> pd.DataFrame:
    """Summarise an answer by zone; see :func:`finder.geo.access.access_by_zone` for the columns."""
    zones = zone_of_points(atlas, answer.points, level)
    return access_by_zone(answer.minutes(rank), answer.people, zones, answer.measured.quality(rank))


def longer_ways(
    atlas: Atlas, before: AccessAnswer, after: AccessAnswer, *, level: ZoneLevel = "commune"
) -> pd.DataFrame:
    """Count by zone the people whose way grew between two answers to otherwise the same question."""
    zones = zone_of_points(atlas, after.points, level)
    return people_with_longer_way(before.minutes(), after.minutes(), after.people, zones)
