"""Everything we know of one commune, as numbers; the words are put to them where they are shown."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.answers.access import PEOPLE_OF_KIND, AccessAnswer, AccessQuestion, measure_access, summarise
from finder.answers.atlas import Atlas
from finder.answers.commune_modelled import ModelledPart, modelled_part
from finder.answers.commune_published import published_of
from finder.answers.consultation_reach import measure_consultations
from finder.answers.measures import BEYOND_MIN, Measures, measure_communes
from finder.answers.places_reach import ReachQuestion, measure_places
from finder.answers.supply import supply_on
from finder.answers.underserved import Judgement, chosen_criteria, judge
from finder.errors import PlaceNotFoundError
from finder.geo.table_blocks import Progress
from finder.sources import store
from finder.tables import KINDS

ACCESS_KINDS: Final = ("maternity", "hospital")
DATED_FIGURES: Final = ("population", "income_per_inhabitant_eur", "lone_parent_share", "low_education_share")
KNOWN_COLUMNS: Final = [
    "kind", "name", "address", "locality", "capacity_places", "status", "provenance", "source", "as_of",
]  # fmt: skip
SOURCE_IDS: Final = (
    "commune_figures", "children_nowcast", "coverage_observations", "daycare_places_by_year", "services",
    "demand_points_2020", "network_edges", "communes",
)  # fmt: skip
MODELLED_SOURCE_IDS: Final = ("modelled_places_by_commune", "modelled_consultations_by_commune")
_AROUND: Final = 0.35
"""Room around the neighbours that a map may show, as a share of their extent."""


@dataclass(frozen=True)
class SheetBasis:
    """What the sheets of all communes rest on, measured once.

    Attributes
    ----------
    day
        Day of the services.
    measures, judgement
        Of the communes that ONE serves.
    access
        Minutes by car by kind (:data:`ACCESS_KINDS`).
    minutes
        The same by kind, summarised by commune.
    """

    day: datetime.date
    measures: Measures
    judgement: Judgement
    access: Mapping[str, AccessAnswer]
    minutes: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class CommuneSheet:
    """The sheet of one commune.

    Attributes
    ----------
    nis, names, province, region, is_german_community
        Which commune; names by language (fr, nl, de).
    day
        Day of the services and minutes.
    figures
        Index: :data:`DATED_FIGURES`; ``value`` and ``year`` of the latest.
    children
        Index year, 1 January: ``children_0_2_5``, ``children_0_5``, ``basis`` (observed or estimated).
    nowcast
        ``year``, and ``children_0_2_5``, ``children_0_5`` with ``_p10`` and ``_p90``: estimate of the present.
    minutes
        Index: kinds; the columns of :func:`finder.geo.access.access_by_zone`, ``nearest`` (service most people are
        nearest to) and ``nearest_share`` of them.
    known
        Services of the commune that a source names, :data:`KNOWN_COLUMNS`; never a modelled one.
    published
        See :func:`finder.answers.commune_published.published_of`.
    wallonia
        Index year: coverage rate of Wallonia, places per 100 children 0 to 2.5, as published by IWEPS.
    around
        Communes near (EPSG:3812): names, ``is_neighbour`` (touches it), ``is_german_community``, ``maternity_min``
        (median), and with the model ``coverage_pct`` with ``_p10``, ``_p90``, ``reachable_per_100``,
        ``mean_holds_count`` and ``is_uncertain``; nan where unknown. The commune itself is in it.
    modelled
        What rests on the modelled network; ``None`` outside ONE, or where it is not wanted.
    judged_count
        Definitions asked.
    sources
        Rows of the catalogue behind the figures.
    """

    nis: str
    names: Mapping[str, str]
    province: str
    region: str
    is_german_community: bool
    day: datetime.date
    figures: pd.DataFrame
    children: pd.DataFrame
    nowcast: "pd.Series[float]"
    minutes: pd.DataFrame
    known: pd.DataFrame
    published: pd.DataFrame
    wallonia: "pd.Series[float]"
    around: gpd.GeoDataFrame
    modelled: ModelledPart | None
    judged_count: int
    sources: pd.DataFrame

    def without_model(self) -> "CommuneSheet":
        """Return the sheet with published and measured figures only."""
        around = self.around.drop(columns=_MODELLED_COLUMNS)
        sources = self.sources[~self.sources["id"].isin(MODELLED_SOURCE_IDS)]
        hidden = self.published.assign(ours=np.nan, ours_p10=np.nan, ours_p90=np.nan)
        return replace(self, modelled=None, around=around, sources=sources, published=hidden)


_MODELLED_COLUMNS: Final = [
    "coverage_pct", "coverage_p10", "coverage_p90", "reachable_per_100", "mean_holds_count", "is_uncertain",
]  # fmt: skip


def gather_basis(atlas: Atlas, *, day: datetime.date, progress: Progress | None = None) -> SheetBasis:
    """Measure what all sheets rest on: some twenty seconds.

    Parameters
    ----------
    atlas
        The data.
    day
        Day of the services.
    progress
        Called with (steps done, steps in all).
    """
    steps = 2 + len(BEYOND_MIN) + len(ACCESS_KINDS)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    places = measure_places(atlas, ReachQuestion())
    step()
    consultations = {}
    for mode in BEYOND_MIN:
        consultations[mode] = measure_consultations(atlas, mode)
        step()
    access = {}
    for kind in ACCESS_KINDS:
        access[kind] = measure_access(atlas, AccessQuestion(kind, "car", day))
        step()
    measures = measure_communes(atlas, places, consultations)
    judgement = judge(measures, chosen_criteria())
    step()
    minutes = {kind: summarise(atlas, answer) for kind, answer in access.items()}
    return SheetBasis(day, measures, judgement, access, minutes)


def commune_sheet(atlas: Atlas, basis: SheetBasis, nis: str) -> CommuneSheet:
    """Gather the sheet of a commune.

    Raises
    ------
    PlaceNotFoundError
        If the code is not one of the 280 communes of 2025.
    """
    if nis not in atlas.communes.index:
        raise PlaceNotFoundError(f"No commune has the code {nis}: use the codes of 2025, such as 92094 for Namur.")
    commune = atlas.communes.loc[nis]
    is_german = bool(commune["is_german_community"])
    catalog = store.load_catalog(atlas.data_dir)
    used = (*SOURCE_IDS, *(() if is_german else MODELLED_SOURCE_IDS))
    nowcast = store.load_children_nowcast(atlas.data_dir).set_index("nis").drop(columns=["basis", "method", "note"])
    places = store.load_daycare_places(atlas.data_dir)
    return CommuneSheet(
        nis=nis,
        names={language: str(commune[f"name_{language}"]) for language in ("fr", "nl", "de")},
        province=str(commune["province"]),
        region=str(commune["region"]),
        is_german_community=is_german,
        day=basis.day,
        figures=_figures(atlas, nis),
        children=_children(atlas, nis),
        nowcast=pd.Series(nowcast.loc[[nis]].to_dict("records")[0], dtype="float64"),
        minutes=_minutes(basis, nis),
        known=known_services(atlas, basis.day, nis),
        published=published_of(atlas, nis, np.nan if is_german else float(basis.measures.table["children_0_2_5"][nis])),
        wallonia=places[places["area_id"] == "03000"].set_index("year")["coverage_pct"].astype("float64"),
        around=_around(atlas, basis, nis),
        modelled=None if is_german else modelled_part(atlas, basis.measures, basis.judgement, nis),
        judged_count=len(basis.judgement.criteria),
        sources=catalog[catalog["id"].isin(used)].reset_index(drop=True),
    )


def known_services(atlas: Atlas, day: datetime.date, nis: str) -> pd.DataFrame:
    """Return the services of a commune that a source names, open or not confirmed, by kind and name."""
    found = []
    for kind in KINDS:
        supply = supply_on(atlas, kind, day)
        rows = pd.concat([supply.located, supply.unlocated])
        found.append(rows.loc[rows["nis"] == nis, KNOWN_COLUMNS].sort_values("name"))
    return pd.concat(found)


def _figures(atlas: Atlas, nis: str) -> pd.DataFrame:
    rows = atlas.commune_figures
    rows = rows[(rows["nis"] == nis) & rows["figure"].isin(DATED_FIGURES)].dropna(subset=["value"])
    latest = rows.sort_values("year").drop_duplicates("figure", keep="last").set_index("figure")
    return latest[["value", "year"]]


def _children(atlas: Atlas, nis: str) -> pd.DataFrame:
    rows = atlas.commune_figures
    rows = rows[(rows["nis"] == nis) & rows["figure"].isin(["children_0_2_5", "children_0_5"])]
    wide = rows.pivot_table(index="year", columns="figure", values="value")
    return wide.assign(basis=rows.drop_duplicates("year").set_index("year")["basis"]).rename_axis(columns=None)


def _minutes(basis: SheetBasis, nis: str) -> pd.DataFrame:
    rows = {}
    for kind, answer in basis.access.items():
        inside = (answer.points["nis"] == nis).to_numpy()
        service = pd.Series(answer.measured.service_index[inside, 0])
        people = pd.Series(answer.points.loc[inside, PEOPLE_OF_KIND[kind]].to_numpy(dtype=np.float64))
        by_service = people[service >= 0].groupby(service[service >= 0]).sum()
        is_known = len(by_service) > 0 and by_service.max() > 0
        rows[kind] = {
            **basis.minutes[kind].loc[nis].to_dict(),
            "nearest": str(answer.services["name"].iloc[int(by_service.index.to_numpy()[by_service.argmax()])])
            if is_known
            else "",
            "nearest_share": float(by_service.max() / people.sum()) if is_known else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _around(atlas: Atlas, basis: SheetBasis, nis: str) -> gpd.GeoDataFrame:
    communes, measures = atlas.communes, basis.measures
    touches = shapely.dwithin(communes.geometry.to_numpy(), communes.geometry[nis], 1.0)
    left, bottom, right, top = communes[touches].total_bounds
    room = _AROUND * max(right - left, top - bottom)
    window = shapely.box(left - room, bottom - room, right + room, top + room)
    is_near = shapely.intersects(communes.geometry.to_numpy(), window)
    names = [*(f"name_{language}" for language in ("fr", "nl", "de")), "is_german_community", "geometry"]
    coverage = measures.interval("coverage_pct")
    near: gpd.GeoDataFrame = communes.loc[is_near, names].assign(is_neighbour=touches[is_near])
    return near.assign(
        maternity_min=basis.minutes["maternity"]["median_min"].reindex(near.index),
        coverage_pct=coverage["value"].reindex(near.index),
        coverage_p10=coverage["p10"].reindex(near.index),
        coverage_p90=coverage["p90"].reindex(near.index),
        reachable_per_100=measures.table["reachable_per_100"].reindex(near.index),
        mean_holds_count=basis.judgement.drawn.mean_holds_count().reindex(near.index),
        is_uncertain=measures.is_uncertain("coverage_pct").reindex(near.index, fill_value=False),
    )
