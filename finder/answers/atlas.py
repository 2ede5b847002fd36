"""Everything an answer needs, read when first asked for and kept: tables, network, graphs.

Nothing here is ever changed after it was read, so one atlas serves all visitors of a server.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import geopandas as gpd
import numpy.typing as npt
import pandas as pd

from finder.answers.modelled import ModelledNetwork, load_modelled_network
from finder.capacity.nowcast import CHILD_AGES
from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.mode_graph import build_mode_graph
from finder.geo.network import Bool, Int32, ModeGraph, RoadNetwork
from finder.geo.paths_mapped import PathCover, path_cover
from finder.geo.point_access import snaps_at_nodes
from finder.geo.projection import to_lambert
from finder.geo.snapping import SnapIndex, Snaps, build_snap_index, snap_points
from finder.sources import store
from finder.sources.best_addresses import load_addresses
from finder.sources.demography import count_ages
from finder.sources.imports import joined
from finder.units import Mode

T = TypeVar("T")


class Roads:
    """The network as one travel mode sees it: its graph, and where points meet it.

    Parameters
    ----------
    network
        Road network.
    mode
        Travel mode.
    """

    def __init__(self, network: RoadNetwork, mode: Mode) -> None:
        self.network = network
        self.graph: ModeGraph = build_mode_graph(network, mode)

    @cached_property
    def index(self) -> SnapIndex:
        """Index of the edges that points can be attached to."""
        return build_snap_index(self.network, self.graph)

    def snap(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Snaps:
        """Attach points in WGS84 degrees to the nearest edge, within the mode's limit."""
        x, y = to_lambert(lon, lat)
        return snap_points(self.network, self.graph, x.reshape(-1), y.reshape(-1), index=self.index)

    @cached_property
    def border(self) -> Snaps:
        """Crossings of the outer limit of Wallonia and Brussels that the mode can use."""
        nodes: Int32 = self.index.graph_node[self.network.border_nodes]
        return snaps_at_nodes(nodes[nodes >= 0])


class Atlas:
    """The data of one folder, read lazily.

    Parameters
    ----------
    data_dir
        Folder of the derived data; default Finder's own.
    """

    def __init__(self, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir
        self._roads: dict[Mode, Roads] = {}
        self._demand_snaps: dict[tuple[Mode, int], Snaps] = {}
        self._demand: dict[int, pd.DataFrame] = {}
        self._kept: dict[tuple[str, ...], object] = {}

    @cached_property
    def communes(self) -> gpd.GeoDataFrame:
        """Communes; index ``nis``, EPSG:3812."""
        return store.load_communes(self.data_dir)

    @cached_property
    def localities(self) -> gpd.GeoDataFrame:
        """Localities; points, EPSG:3812."""
        return store.load_localities(self.data_dir)

    @cached_property
    def commune_figures(self) -> pd.DataFrame:
        """Figures of the communes, long."""
        return store.load_commune_figures(self.data_dir)

    @cached_property
    def population(self) -> "pd.Series[float]":
        """Latest number of inhabitants by ``nis``."""
        people = self.commune_figures[self.commune_figures["figure"] == "population"]
        latest: pd.Series[float] = people[people["year"] == people["year"].max()].set_index("nis")["value"]
        return latest

    @cached_property
    def services(self) -> pd.DataFrame:
        """Every service we know, those of OpenStreetMap and of imported lists too; index ``service_id``."""
        ours = [joined.load_joined_services(self.data_dir), store.load_osm_kindergartens(self.data_dir)]
        added = joined.load_osm_services(self.data_dir)
        return pd.concat([*ours, added[~added.index.isin(ours[1].index)]] if len(added) else ours)

    @cached_property
    def episodes(self) -> pd.DataFrame:
        """Periods of the services whose history is known."""
        return store.load_service_episodes(self.data_dir)

    @cached_property
    def completeness(self) -> pd.DataFrame:
        """How complete our list is, by kind and area; lists imported as complete are told by area or commune."""
        return joined.load_joined_completeness(self.data_dir)

    @cached_property
    def modelled(self) -> ModelledNetwork:
        """The modelled network of day care and consultations; never for families."""
        return load_modelled_network(self.data_dir)

    @cached_property
    def modelled_places(self) -> pd.DataFrame:
        """Modelled day-care places of each commune that ONE serves; index ``nis``."""
        return store.load_modelled_places(self.data_dir)

    @cached_property
    def modelled_places_draws(self) -> pd.DataFrame:
        """Draws of the modelled day-care places of each commune, the central one (0) first."""
        return store.load_modelled_places_draws(self.data_dir)

    @cached_property
    def children_nowcast(self) -> pd.DataFrame:
        """Children each commune is estimated to have on 1 January 2026; index ``nis``."""
        return store.load_children_nowcast(self.data_dir).set_index("nis")

    @cached_property
    def children_series(self) -> pd.DataFrame:
        """Children of each commune by year, counted or estimated: index ``nis``, ``year``; columns by age group."""
        people = store.load_population_series(self.data_dir)
        ages = count_ages(people[people["age"].isin(CHILD_AGES)])
        return ages.pivot_table(index=["nis", "year"], columns="figure", values="value").drop(columns="population")

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Names one can search."""
        return build_gazetteer(
            self.communes,
            self.localities,
            store.load_postcodes(self.data_dir),
            store.load_streets(self.data_dir),
            population=self.population,
            addresses=load_addresses(self.data_dir),
        )

    @cached_property
    def network(self) -> RoadNetwork:
        """Road network."""
        return store.load_network(self.data_dir)

    @cached_property
    def path_cover(self) -> PathCover:
        """Where footpaths are in the network."""
        return path_cover(self.network)

    def paths_mapped(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Bool:
        """Return whether footpaths are mapped around each point (WGS84 degrees)."""
        return self.path_cover.at(*to_lambert(lon, lat))

    def roads(self, mode: Mode) -> Roads:
        """Return the network as ``mode`` sees it."""
        if mode not in self._roads:
            self._roads[mode] = Roads(self.network, mode)
        return self._roads[mode]

    def demand(self, year: int) -> pd.DataFrame:
        """Return the demand points of a year; index ``point_id``."""
        if year not in self._demand:
            self._demand[year] = store.load_demand_points(year, self.data_dir)
        return self._demand[year]

    def demand_snaps(self, mode: Mode, year: int) -> Snaps:
        """Return where the demand points of a year meet the network of a mode."""
        key = (mode, year)
        if key not in self._demand_snaps:
            points = self.demand(year)
            self._demand_snaps[key] = self.roads(mode).snap(points["lon"], points["lat"])
        return self._demand_snaps[key]

    def keep(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what ``make`` returned when it was first asked for under this key; for tables that cost seconds."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(T, self._kept[key])

    def is_complete(self, kind: str) -> bool:
        """Return whether our list of a kind is complete in every area it is described for."""
        levels = self.completeness.loc[self.completeness["kind"] == kind, "level"]
        return bool(len(levels) and (levels == "complete").all())
