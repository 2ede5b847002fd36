"""A province and all its communes side by side, as numbers."""

import datetime
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.commune_modelled import place_intervals
from finder.answers.commune_sheet import MODELLED_SOURCE_IDS, SOURCE_IDS, SheetBasis
from finder.answers.pooled import pooled_intervals, weighted_means
from finder.capacity.certainty import certainty
from finder.capacity.underserved import AGREEMENT_KEY
from finder.errors import PlaceNotFoundError, first_ids
from finder.sources import store

PUBLISHED_AREA: Final = {"Brabant wallon": "20002", "Hainaut": "50000", "Bruxelles-Capitale": "04000"}
"""Area of the published values of a province; the others have none."""

_COVERAGE: Final = ("coverage_total_pct", "places_total")


@dataclass(frozen=True)
class ProvinceModel:
    """What rests on the modelled network in a province.

    Attributes
    ----------
    places
        Index: tenures, ``one`` and ``total``; ``value``, ``p10``, ``p90``.
    measures, whole
        Index: measures; ``value``, ``p10``, ``p90`` of the province and of all communes of ONE.
    """

    places: pd.DataFrame
    measures: pd.DataFrame
    whole: pd.DataFrame


@dataclass(frozen=True)
class ProvinceSheet:
    """The sheet of a province.

    Attributes
    ----------
    province
        Its French name, as in the table of communes; Brussels counts as one.
    day
        Day of the services and minutes.
    communes
        Index nis: ``name_fr``, ``name_nl``, ``name_de``, ``is_german_community``, ``children_0_2_5``,
        ``maternity_min`` (median by car), ``published_pct`` and ``published_year`` (latest printed rate of all its
        places; nan where none); with the model ``coverage_pct``, ``coverage_p10``, ``coverage_p90``,
        ``reachable_per_100``, ``share_beyond_walk_20``, ``mean_holds_count``, ``certainty`` of the agreement and
        ``is_uncertain``. By French name.
    zones
        Outlines of all communes, EPSG:3812.
    children
        Children aged 0 to 2.5 of its communes of ONE on 1 January 2023, estimated.
    maternity_min
        Mean minutes by car of its women, nearest maternity.
    published
        Values printed for the province itself: ``year``, ``indicator``, ``operator``, ``value``, ``source``, the
        latest first.
    modelled
        ``None`` where it is not wanted.
    judged_count
        Definitions asked.
    sources
        Rows of the catalogue behind the figures.
    """

    province: str
    day: datetime.date
    communes: pd.DataFrame
    zones: gpd.GeoDataFrame
    children: float
    maternity_min: float
    published: pd.DataFrame
    modelled: ProvinceModel | None
    judged_count: int
    sources: pd.DataFrame

    def without_model(self) -> "ProvinceSheet":
        """Return the sheet with published and measured figures only."""
        sources = self.sources[~self.sources["id"].isin(MODELLED_SOURCE_IDS)]
        return replace(self, modelled=None, communes=self.communes.drop(columns=_MODELLED_COLUMNS), sources=sources)


_MODELLED_COLUMNS: Final = [
    "coverage_pct", "coverage_p10", "coverage_p90", "reachable_per_100", "share_beyond_walk_20", "mean_holds_count",
    "certainty", "is_uncertain",
]  # fmt: skip


def province_sheet(atlas: Atlas, basis: SheetBasis, province: str) -> ProvinceSheet:
    """Gather the sheet of a province.

    Raises
    ------
    PlaceNotFoundError
        If there is no such province.
    """
    zones = atlas.communes
    if province not in set(zones["province"]):
        known = sorted(set(zones["province"]))
        raise PlaceNotFoundError(f"No province is called {province!r}: choose one of {', '.join(known)}.")
    names = ["name_fr", "name_nl", "name_de", "is_german_community"]
    communes = pd.DataFrame(zones.loc[zones["province"] == province, names]).sort_values("name_fr")
    served = communes.index[~communes["is_german_community"]].tolist()
    measures, minutes = basis.measures, basis.minutes["maternity"].reindex(communes.index)
    coverage = measures.interval("coverage_pct")
    communes = communes.assign(
        children_0_2_5=measures.table["children_0_2_5"],
        maternity_min=minutes["median_min"],
        coverage_pct=coverage["value"],
        coverage_p10=coverage["p10"],
        coverage_p90=coverage["p90"],
        reachable_per_100=measures.table["reachable_per_100"],
        share_beyond_walk_20=measures.table["share_beyond_walk_20"],
        mean_holds_count=basis.judgement.drawn.mean_holds_count(),
        certainty=certainty(basis.judgement.shares[AGREEMENT_KEY]),
        is_uncertain=measures.is_uncertain("coverage_pct").reindex(communes.index, fill_value=False),
    ).join(_latest_rates(atlas, served))
    observations = store.load_coverage_observations(atlas.data_dir)
    area = observations[observations["area_id"] == PUBLISHED_AREA.get(province, "")]
    catalog = store.load_catalog(atlas.data_dir)
    return ProvinceSheet(
        province=province,
        day=basis.day,
        communes=communes,
        zones=zones,
        children=float(communes["children_0_2_5"].sum()),
        maternity_min=float(weighted_means(minutes[["mean_min"]], minutes["people"])["mean_min"]),
        published=area[area["indicator"].isin(_COVERAGE)].sort_values("year", ascending=False, kind="stable"),
        modelled=ProvinceModel(
            places=place_intervals(atlas, served),
            measures=pooled_intervals(measures, served),
            whole=pooled_intervals(measures, measures.table.index.tolist()),
        ),
        judged_count=len(basis.judgement.criteria),
        sources=catalog[catalog["id"].isin((*SOURCE_IDS, *MODELLED_SOURCE_IDS))].reset_index(drop=True),
    )


def find_province(atlas: Atlas, text: str) -> str:
    """Return the province a person means by its name in French, in any case of letters.

    Raises
    ------
    PlaceNotFoundError
        If there is none.
    """
    known = sorted(set(atlas.communes["province"]))
    for name in known:
        if name.casefold() == text.strip().casefold():
            return str(name)
    raise PlaceNotFoundError(f"No province is called {text!r}: choose one of {first_ids(known)}, {known[-1]}.")


def _latest_rates(atlas: Atlas, served: list[str]) -> pd.DataFrame:
    """Return the latest printed rate of each commune that speaks of all its places, and its year."""
    rows = store.load_coverage_observations(atlas.data_dir)
    audit = store.load_observation_audit(atlas.data_dir)
    is_rate = (rows["indicator"] == "coverage_total_pct") & (rows["operator"] == "=") & (audit["used_as"] == "total")
    latest = rows[is_rate & rows["area_id"].isin(served)].sort_values("year").drop_duplicates("area_id", keep="last")
    return latest.set_index("area_id")[["value", "year"]].rename(
        columns={"value": "published_pct", "year": "published_year"}
    )
