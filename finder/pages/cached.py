"""What the pages keep between two looks: one atlas for all visitors, the map's files, answers by question."""

import datetime
import functools
import tempfile
import threading
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st
import streamlit.components.v1 as components

from finder.answers.access import AccessAnswer, AccessQuestion, ZoneLevel, longer_ways, measure_access, summarise
from finder.answers.atlas import Atlas
from finder.answers.drawn_roads import main_roads
from finder.answers.nearest import Origin, nearest_answer
from finder.answers.supply import Supply, supply_on
from finder.geo.episodes import FIRST_DAY
from finder.maps.assets import write_map_assets
from finder.maps.base_data import ROAD_FROM_ZOOM, build_base_layers
from finder.maps.street_tiles import write_street_tiles
from finder.sources import store
from finder.units import MODES, Mode
from finder.words.messages import Language

ACCESS_DATASETS: Final = ("communes", "demand_points_2020", "network_edges", "services")


@st.cache_resource(show_spinner=False)
def atlas() -> Atlas:
    """Return the data, read once for all visitors and never changed."""
    return Atlas()


@functools.cache
def map_folder() -> Path:
    """Return the folder of the map's files, empty at first; one as long as the server runs."""
    return Path(tempfile.mkdtemp(prefix="finder-map-"))


@st.cache_resource(show_spinner=False)
def map_assets() -> tuple[str, str]:
    """Write the map's files once, have them served, and return their address and version."""
    data, folder = atlas(), map_folder()
    roads = main_roads(data.network, tuple(ROAD_FROM_ZOOM))
    layers = build_base_layers(data.communes, data.localities, population=data.population, roads=roads)
    version = write_map_assets(folder, layers)
    # Declaring a component is how Streamlit serves a folder with the right types; nothing is ever drawn with it.
    served = components.declare_component("map_assets", path=str(folder))
    return f"../{served.name}", version


@st.cache_resource(show_spinner=False, max_entries=40)
def supply(kind: str, day: datetime.date) -> Supply:
    """Return the services of a kind on a day."""
    return supply_on(atlas(), kind, day)


@st.cache_data(show_spinner=False)
def change_days() -> list[datetime.date]:
    """Return the days on which a maternity opened, closed or moved, oldest first, after the first day we know."""
    episodes = atlas().episodes
    kinds = atlas().services["kind"]
    episodes = episodes[episodes["service_id"].map(kinds) == "maternity"]
    texts = pd.concat([episodes["valid_from"], episodes["valid_to"]]).dropna().unique()
    days = {datetime.date.fromisoformat(text) for text in texts}
    return [FIRST_DAY, *sorted(day for day in days if FIRST_DAY < day <= datetime.date.today())]


@st.cache_resource(show_spinner=False, max_entries=40)
def _measured(kind: str, mode: Mode, day: datetime.date) -> AccessAnswer:
    return measure_access(atlas(), AccessQuestion(kind, mode, day))


def access(kind: str, mode: Mode, day: datetime.date) -> AccessAnswer:
    """Return the minutes of all demand points; days between two changes share one answer."""
    return _measured(kind, mode, max(known for known in change_days() if known <= day))


@st.cache_data(show_spinner=False, max_entries=200)
def access_table(kind: str, mode: Mode, day: datetime.date, rank: int, level: ZoneLevel) -> pd.DataFrame:
    """Return the figures by zone of :func:`finder.answers.access.summarise`."""
    return summarise(atlas(), access(kind, mode, day), level=level, rank=rank)


@st.cache_data(show_spinner=False, max_entries=60)
def longer_ways_table(mode: Mode, before: datetime.date, after: datetime.date) -> pd.DataFrame:
    """Return by commune the women whose way to a maternity grew between two days."""
    kind = "maternity"
    return longer_ways(atlas(), access(kind, mode, before), access(kind, mode, after))


@st.cache_data(show_spinner=False)
def commune_names(language: Language) -> dict[str, str]:
    """Return the names of the communes in a language by ``nis``; English uses the French ones."""
    names = atlas().communes["name_fr" if language == "en" else f"name_{language}"]
    return {str(nis): str(name) for nis, name in names.items()}


@st.cache_data(show_spinner=False)
def attributions() -> list[str]:
    """Return the attributions of what maps and tables of access are made of, each once."""
    catalog = store.load_catalog()
    used = catalog[catalog["id"].isin(ACCESS_DATASETS)]
    return [str(text) for text in used["attribution"].drop_duplicates()]


def see_new_data() -> None:
    """Have every page read the data again, and again once the warm-up that was under way is at its end."""
    running = warm_up()
    st.cache_data.clear()
    st.cache_resource.clear()
    if running is not None and running.is_alive():
        threading.Thread(target=_clear_after, args=(running,), name="see-new-data", daemon=True).start()


def _clear_after(running: threading.Thread) -> None:
    # What it computes from the old data would be kept as if it were of the new.
    running.join()
    st.cache_data.clear()
    st.cache_resource.clear()


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread | None:
    """Prepare in the background what the next questions need, once per server; nothing without a server."""
    if not st.runtime.exists():
        return None
    thread = threading.Thread(target=_prepare, name="warm-up", daemon=True)
    thread.start()
    return thread


def _prepare() -> None:
    data = atlas()
    today = datetime.date.today()
    namur = Origin(lon=4.867, lat=50.467, label="Namur")
    for mode in MODES:
        nearest_answer(data, namur, kind="maternity", mode=mode, day=today)
    write_street_tiles(map_folder(), data.network)
    for mode in MODES:
        for kind in ("maternity", "hospital"):
            access(kind, mode, today)
    for day in change_days():
        access("maternity", "car", day)
    # Imported here: they build on this module.
    from finder.pages.cached_forecast import prepare_forecast
    from finder.pages.cached_planner import prepare_planner
    from finder.pages.mobile_ready import prepare_mobile
    from finder.pages.scenarios_kept import prepare_scenarios

    prepare_planner()
    prepare_forecast()
    prepare_scenarios()
    prepare_mobile()
