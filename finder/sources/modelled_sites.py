"""The modelled network at sites: consultations for children and day-care places, as draws, from published totals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.capacity import consultations_model as model
from finder.capacity.apportion import Int64
from finder.capacity.facility_sizes import (
    MINDER_SHARE,
    OTHER_SIZES,
    draw_minder_share,
    share_over_list,
    sizes_of_known,
    split_places,
)
from finder.capacity.site_choice import choose_facility_sites
from finder.capacity.site_universe import choose_sites, nearest_site
from finder.errors import SourceFileError
from finder.geo.projection import to_lambert, to_wgs84
from finder.sources.catalog import Dataset
from finder.sources.modelled_services import BASE_DATE, LICENCE, METHOD_NOTE, service_records
from finder.sources.writers import write_csv, write_parquet

SITES_PATH: Final = "tables/modelled_sites.csv"
PLACES_PATH: Final = "tables/modelled_site_places.parquet"
CONSULTATIONS_PATH: Final = "tables/modelled_consultations.parquet"
BY_COMMUNE_PATH: Final = "tables/modelled_consultations_by_commune.csv"
SERVICES_PATH: Final = "tables/modelled_services.parquet"
OFFICIAL_PATH: Final = "tables/official_lists.csv"

SEED: Final = 20_221_231
"""Draw ``d`` uses ``default_rng([SEED, part, d])``; part 1 is consultations, part 2 day care."""

DRAWS: Final = 60
COMPLETE_LISTS: Final = (("child_consultation", "21004"), ("creche", "21004"))
"""Kinds and communes whose official list is complete (the City of Brussels): it replaces the model there. The list of
creches gives few capacities: its addresses are used, and the modelled places of the commune are shared among them."""

KNOWN_PLACE_WEIGHT: Final = 3.0
"""A known place of a creche with a street weighs like three children when the site of a modelled one is chosen."""

CELL_OFFSET_M: Final = 383.0
"""Mean distance of a random point of a square kilometre from its centre: (sqrt(2) + ln(1 + sqrt(2))) / 6 km."""

LISTED: Final = ("official", "imported")

TENURES: Final[Mapping[str, str]] = {
    "places_subsidised": "subsidised",
    "places_other": "other",
    "places_kind_en_gezin": "kind_en_gezin",
}
_FACTS: Final[Mapping[str, str]] = {
    "house": "Maisons de l'Enfance",
    "classic": "consultations classiques",
    "antenna": "antennes",
    "periodic": "consultations periodiques",
    "mobile_communes": "cars: communes served",
}


def build_modelled_sites(
    out_dir: Path,
    *,
    communes: gpd.GeoDataFrame,
    localities: gpd.GeoDataFrame,
    points: pd.DataFrame,
    services: pd.DataFrame,
    one_facts: pd.DataFrame,
    places_draws: pd.DataFrame,
    imported_lists: pd.DataFrame | None = None,
) -> list[Dataset]:
    """Write the sites, the draws of places and consultations, and draw 0 as services below ``out_dir``.

    Parameters
    ----------
    communes, localities, points, services
        As :mod:`finder.sources.store` reads them; demand points of the counted year.
    one_facts
        Published facts of ONE's network: ``fact``, ``value``.
    places_draws
        Places by ``draw`` (0 the central one) and ``nis``.
    imported_lists
        Kinds and communes of imported lists that were declared complete, columns of
        :data:`finder.tables.OFFICIAL_LISTS`: they replace the model as those of :data:`COMPLETE_LISTS` do.
    """
    one = communes[~communes["is_german_community"]]
    sites = _sites(one, localities, points)
    declared = _declared(imported_lists, one.index)
    official = official_rows(services, [*COMPLETE_LISTS, *zip(declared["kind"], declared["nis"], strict=True)])
    official = _with_points(official, sites)
    lists = _official_lists(official, declared)
    located = _located(services)
    totals = read_totals(one_facts)
    covariates = commune_covariates(one, sites, points.groupby("nis")["population"].sum())
    consultations = _consultations(
        covariates,
        sites,
        totals,
        official=official,
        services=located,
        declared=_of_kind(declared, "child_consultation"),
    )
    facilities = _facilities(
        places_draws, one, sites, official=official, services=located, declared=_of_kind(declared, "creche")
    )
    all_sites = _all_sites(sites, official)
    frames = {
        "modelled_sites": (SITES_PATH, all_sites, "sites of the modelled network, with children near"),
        "official_lists": (OFFICIAL_PATH, lists, "kinds and communes whose official list replaces the model"),
        "modelled_consultations": (
            CONSULTATIONS_PATH,
            _consultation_table(consultations),
            "draws 0 (central) to 60 of where 624 consultations may be; sessions are assumptions",
        ),
        "modelled_consultations_by_commune": (
            BY_COMMUNE_PATH,
            count_by_commune(consultations, one.index),
            "central draw, mean, p10 and p90 of the draws",
        ),
        "modelled_site_places": (PLACES_PATH, _place_table(facilities), "draws 0 (central) to 60 of places at sites"),
        "modelled_services": (
            SERVICES_PATH,
            service_records(facilities[facilities["draw"] == 0], consultations[consultations["draw"] == 0], all_sites),
            "draw 0 as services; never shown to families",
        ),
    }
    made = []
    for name, (path, frame, note) in frames.items():
        write = write_csv if path.endswith(".csv") else write_parquet
        write(frame, out_dir / path)
        made.append(Dataset(name, path, BASE_DATE, len(frame), *LICENCE, METHOD_NOTE, f"MODELLED: {note}"))
    return made


def read_totals(one_facts: pd.DataFrame) -> model.Totals:
    """Return the published totals of ONE's network.

    Raises
    ------
    SourceFileError
        If a fact is missing, or the types do not sum to the published total.
    """
    values = one_facts.set_index("fact")["value"]
    missing = [fact for fact in _FACTS.values() if fact not in values.index]
    if missing:
        raise SourceFileError(f"one_network_facts.csv lacks {', '.join(missing)}; build the step published again.")
    totals = model.Totals(**{name: int(values[fact]) for name, fact in _FACTS.items()})
    published = int(values["consultations pour enfants, total"])
    if sum(totals.of(kind) for kind in model.TYPES) != published:
        raise SourceFileError(f"one_network_facts.csv: the types of consultations do not sum to {published}.")
    return totals


def official_rows(services: pd.DataFrame, lists: Sequence[tuple[str, str]] = COMPLETE_LISTS) -> pd.DataFrame:
    """Return the services of complete lists (kind, commune), with the columns of ``services`` and a ``site_id``.

    Official and imported ones that are open: what a complete list does not have is unconfirmed, and is left out.
    """
    is_listed = pd.MultiIndex.from_frame(services[["kind", "nis"]]).isin(lists)
    rows = services[is_listed & services["provenance"].isin(LISTED) & (services["status"] == "open")]
    return rows.assign(site_id="official-" + rows.index.astype(str)).sort_values("site_id", ignore_index=True)


def count_by_commune(consultations: pd.DataFrame, communes: pd.Index) -> pd.DataFrame:
    """Return the consultations of each commune: the central draw by type, and mean, p10 and p90 of the other draws."""
    central = consultations[consultations["draw"] == 0]
    types = pd.crosstab(central["nis"], central["type"])
    types = types.reindex(index=communes, columns=[*model.TYPES, model.OFFICIAL], fill_value=0)
    drawn = pd.crosstab(consultations["nis"], consultations["draw"])
    drawn = drawn.reindex(index=communes, columns=range(1, DRAWS + 1), fill_value=0)
    frame = pd.DataFrame(
        {
            "count": types.sum(axis=1),
            "mean": drawn.mean(axis=1),
            "p10": drawn.quantile(0.1, axis=1).round(1),
            "p90": drawn.quantile(0.9, axis=1).round(1),
            **{kind: types[kind] for kind in ("classic", "antenna", "periodic", "house")},
            "is_official": types[model.OFFICIAL] > 0,
        }
    )
    return frame.rename_axis("nis").reset_index()


def _sites(one: gpd.GeoDataFrame, localities: gpd.GeoDataFrame, points: pd.DataFrame) -> pd.DataFrame:
    names = pd.DataFrame(localities.drop(columns="geometry")).assign(
        x_m=localities.geometry.x.to_numpy(), y_m=localities.geometry.y.to_numpy()
    )
    x, y = to_lambert(points["lon"], points["lat"])
    here = points.assign(x_m=x, y_m=y)
    sites = choose_sites(names[names["nis"].isin(one.index)], here[here["nis"].isin(one.index)])
    sites = move_cells(sites, one)
    # Rounded before anything is computed with them: the draws depend on what is written.
    lon, lat = to_wgs84(sites["x_m"], sites["y_m"])
    sites["lon"], sites["lat"] = np.round(lon, 6), np.round(lat, 6)
    sites["x_m"], sites["y_m"] = sites["x_m"].round(1), sites["y_m"].round(1)
    return sites


def _declared(lists: pd.DataFrame | None, communes: pd.Index) -> pd.DataFrame:
    """Return the imported lists of kinds that are modelled, in communes of ONE."""
    if lists is None:
        return pd.DataFrame(columns=["kind", "nis", "source", "as_of"], dtype="object")
    return lists[lists["kind"].isin(["child_consultation", "creche"]) & lists["nis"].isin(communes)]


def _of_kind(lists: pd.DataFrame, kind: str) -> frozenset[str]:
    return frozenset(lists.loc[lists["kind"] == kind, "nis"])


def _with_points(official: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return ``official`` with every row at a point: of an address not found, the site of most children there."""
    largest = sites.sort_values("children_0_5", kind="stable").groupby("nis").last()
    points = {name: official[name].fillna(official["nis"].map(largest[name])) for name in ("lon", "lat")}
    return official.assign(**points)


def _official_lists(official: pd.DataFrame, declared: pd.DataFrame) -> pd.DataFrame:
    """Return the complete lists; what was declared on import has the name and the date that were given."""
    known = official.groupby(["kind", "nis"]).agg(source=("source", "first"), as_of=("as_of", "max"))
    said = declared.set_index(["kind", "nis"])[["source", "as_of"]]
    lists: pd.DataFrame = pd.concat([known[~known.index.isin(said.index)], said]).sort_index().reset_index()
    return lists


def _located(services: pd.DataFrame) -> pd.DataFrame:
    known = services[services["position_precision"].isin(["point", "number", "street"]) & services["nis"].notna()]
    known = known[known["lon"].notna()]
    x, y = to_lambert(known["lon"], known["lat"])
    return known.assign(x_m=x, y_m=y)


def _all_sites(sites: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    columns = ["site_id", "nis", "name", "lon", "lat", "basis", "children_0_2_5", "children_0_5"]
    listed = official.assign(basis="official").reindex(columns=columns)
    listed[["lon", "lat"]] = listed[["lon", "lat"]].astype("float64").round(6)
    listed = listed.astype({"children_0_2_5": "float64", "children_0_5": "float64"})
    both = pd.concat([sites[columns], listed])
    both[["children_0_2_5", "children_0_5"]] = both[["children_0_2_5", "children_0_5"]].round(2)
    return both.sort_values(["nis", "site_id"], ignore_index=True)


def move_cells(sites: pd.DataFrame, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``sites`` with those of basis "cell" moved :data:`CELL_OFFSET_M` in a seeded direction, same index.

    A service does not stand exactly where we let the children of its cell live: at the demand point itself it would be
    at 0 minutes from all of them. The first of twelve directions that stays inside the commune is taken, else none.

    Parameters
    ----------
    sites
        ``nis``, ``x_m``, ``y_m``, ``basis``.
    communes
        Index ``nis``; polygons in EPSG:3812.
    """
    rng = np.random.default_rng([SEED, 0])
    cells = sites[sites["basis"] == "cell"]
    turn = rng.uniform(0.0, 2 * np.pi, len(cells))[:, None] + np.arange(12) * np.pi / 6
    x = np.column_stack([cells["x_m"].to_numpy()[:, None] + CELL_OFFSET_M * np.cos(turn), cells["x_m"]])
    y = np.column_stack([cells["y_m"].to_numpy()[:, None] + CELL_OFFSET_M * np.sin(turn), cells["y_m"]])
    homes = communes.geometry.reindex(cells["nis"]).to_numpy()
    inside = shapely.contains_xy(homes[:, None], x, y)
    inside[:, -1] = True
    first = inside.argmax(axis=1)
    rows = np.arange(len(cells))
    moved = sites.copy()
    moved.loc[cells.index, "x_m"] = x[rows, first]
    moved.loc[cells.index, "y_m"] = y[rows, first]
    return moved


def commune_covariates(one: gpd.GeoDataFrame, sites: pd.DataFrame, population: "pd.Series[float]") -> pd.DataFrame:
    """Return what ``consultations_model.draw_counts`` needs to know of each commune of ``one``, same index."""
    by_commune = sites.groupby("nis")
    children = by_commune["children_0_5"].sum()
    covariates: pd.DataFrame = pd.DataFrame(
        {
            "children_0_5": children,
            "outlying_children": children - by_commune["children_0_5"].max(),
            "density_km2": population.reindex(one.index) / one["area_km2"],
            "locality_count": (sites["basis"] == "locality").groupby(sites["nis"]).sum(),
            "site_count": by_commune.size(),
            "region": one["region"],
            "province": one["province"],
        }
    ).loc[one.index]
    return covariates


def _consultations(
    covariates: pd.DataFrame,
    sites: pd.DataFrame,
    totals: model.Totals,
    *,
    official: pd.DataFrame,
    services: pd.DataFrame,
    declared: frozenset[str],
) -> pd.DataFrame:
    leads = services[(services["kind"] == "child_consultation") & services["nis"].isin(covariates.index)]
    pointed = set(nearest_site(sites, leads))
    has_lead = sites.set_index("site_id").index.to_series().isin(pointed)
    listed = official[official["kind"] == "child_consultation"]
    # Lists imported later replace the finished model: their numbers need not fit into the published total.
    numbers = listed[~listed["nis"].isin(declared)].groupby("nis").size()
    parts = []
    for draw in range(DRAWS + 1):
        rng = np.random.default_rng([SEED, 1, draw]) if draw else None
        counts = model.draw_counts(covariates, totals, official=numbers, rng=rng)
        placed = model.place_consultations(counts.drop(index=numbers.index), sites, has_lead=has_lead, rng=rng)
        parts.append(placed.assign(draw=draw))
    modelled = pd.concat(parts, ignore_index=True)
    known = listed[["site_id", "nis"]].assign(type=model.OFFICIAL)
    return model.replace_by_official(modelled, known, listed=frozenset(listed["nis"]) | declared)


def _consultation_table(consultations: pd.DataFrame) -> pd.DataFrame:
    frame = consultations.sort_values(["draw", "site_id"], ignore_index=True)
    return pd.DataFrame(
        {
            "draw": frame["draw"].astype("int16"),
            "site_id": frame["site_id"],
            "type": frame["type"],
            "sessions_per_month": frame["type"].map(dict(model.SESSIONS_PER_MONTH)).astype("float64"),
        }
    )


def _facilities(
    places_draws: pd.DataFrame,
    one: gpd.GeoDataFrame,
    sites: pd.DataFrame,
    *,
    official: pd.DataFrame,
    services: pd.DataFrame,
    declared: frozenset[str],
) -> pd.DataFrame:
    creches = services[(services["kind"] == "creche") & services["nis"].isin(one.index)]
    known = creches.groupby(nearest_site(sites, creches))["capacity_places"].sum().astype("float64")
    weights = sites["children_0_2_5"] + KNOWN_PLACE_WEIGHT * sites["site_id"].map(known).fillna(0.0)
    is_brussels = creches["nis"].str.startswith("21")
    subsidised = creches["subsidised"].fillna(False).astype(bool)
    sizes = {
        "Brussels": sizes_of_known(creches.loc[is_brussels & subsidised, "capacity_places"]),
        "Wallonia": sizes_of_known(creches.loc[~is_brussels & subsidised, "capacity_places"]),
    }
    listed = official[official["kind"] == "creche"].assign(tenure=_tenure(official))
    bare = declared - set(listed["nis"])
    parts = []
    for draw, places in places_draws.groupby("draw"):
        number = int(str(draw))
        rng = np.random.default_rng([SEED, 2, number]) if number else None
        split = _split(places.set_index("nis").loc[one.index], one["region"], sizes, rng=rng)
        split["site_id"] = choose_facility_sites(split, sites, weights, rng=rng)
        split = split[~((split["kind"] == "creche") & split["nis"].isin(bare))]
        parts.append(_at_listed_creches(split, listed, rng=rng).assign(draw=number))
    return pd.concat(parts, ignore_index=True)


def _split(
    places: pd.DataFrame, region: "pd.Series[str]", sizes: Mapping[str, Int64], *, rng: np.random.Generator | None
) -> pd.DataFrame:
    parts = []
    for column, tenure in TENURES.items():
        for area, known in sizes.items():
            own = places.loc[(region == area) & (places[column] > 0), column]
            if own.empty:
                continue
            mean = pd.Series(MINDER_SHARE[(area, tenure)], index=own.index)
            pool = known if tenure == "subsidised" else np.array(OTHER_SIZES)
            parts.append(split_places(own, draw_minder_share(mean, rng=rng), pool, rng=rng).assign(tenure=tenure))
    return pd.concat(parts, ignore_index=True)


def _tenure(services: pd.DataFrame) -> "pd.Series[str]":
    by_tariff = services["tariff"].map({"income_related": "subsidised", "free_price": "other"})
    tenure = services["subsidised"].map({True: "subsidised", False: "other"}).fillna(by_tariff).fillna("subsidised")
    return tenure.mask(services["operator"] == "Kind&Gezin", "kind_en_gezin")


def _at_listed_creches(split: pd.DataFrame, listed: pd.DataFrame, *, rng: np.random.Generator | None) -> pd.DataFrame:
    kept, parts = split, [split.iloc[:0]]
    for (nis, tenure), creches in listed.groupby(["nis", "tenure"]):
        mine = (kept["nis"] == nis) & (kept["tenure"] == tenure) & (kept["kind"] == "creche")
        sizes = creches.set_index("site_id")["capacity_places"].astype("float64")
        shared = share_over_list(int(kept.loc[mine, "capacity_places"].sum()), sizes, rng=rng)
        rows = shared[shared > 0].rename("capacity_places").rename_axis("site_id").reset_index()
        parts.append(rows.assign(nis=str(nis), kind="creche", tenure=str(tenure)))
        kept = kept[~mine]
    return pd.concat([kept, *parts], ignore_index=True)


def _place_table(facilities: pd.DataFrame) -> pd.DataFrame:
    places = facilities.groupby(["draw", "site_id", "tenure"], as_index=False)["capacity_places"].sum()
    return pd.DataFrame(
        {
            "draw": places["draw"].astype("int16"),
            "site_id": places["site_id"],
            "tenure": places["tenure"],
            "places": places["capacity_places"].astype("int16"),
        }
    )
