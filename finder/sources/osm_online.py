"""Read roads from OpenStreetMap's public services through OSMnx: by place name or by bounding box.

For small areas: the services are shared by the whole world. The result is the same :class:`RawWays` as a file gives.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from finder.errors import PlaceNotFoundError, SourceFileError
from finder.geo.ways import TAG_KEYS, RawWays
from finder.sources.way_collector import WayCollector

ROADS_FILTER: Final = '["highway"]'
REVERSED_VALUES: Final = frozenset({"-1", "reverse", "T"})
"""Values of ``oneway`` for which OSMnx itself turns the order of the nodes round."""


def read_osm_place(place: str, *, overpass_url: str | None = None, nominatim_url: str | None = None) -> RawWays:
    """Return the roads within the outline of a named place.

    Parameters
    ----------
    place
        As one would type it in a map search, for example ``"Wavre, Belgium"``.
    overpass_url, nominatim_url
        Other servers than OSMnx's own choice.

    Raises
    ------
    PlaceNotFoundError
        If the name is not found, or is not an area.
    SourceFileError
        If the service does not answer, or the area has no road.
    """
    import osmnx
    from osmnx._errors import InsufficientResponseError

    with osmnx_settings(overpass_url, nominatim_url):
        try:
            outline = osmnx.geocode_to_gdf(place).geometry.iloc[0]
        except (InsufficientResponseError, TypeError) as error:
            raise PlaceNotFoundError(
                f"OpenStreetMap knows no area named {place!r}: try a fuller name, or give a bounding box."
            ) from error
        except Exception as error:
            raise unreachable(error) from error
        return _read(outline, what=place)


def read_osm_box(
    west: float, south: float, east: float, north: float, *, overpass_url: str | None = None
) -> RawWays:  # fmt: skip
    """Return the roads within a bounding box in WGS84 degrees.

    Raises
    ------
    SourceFileError
        If the box is empty, the service does not answer, or the area has no road.
    """
    import shapely

    if not (west < east and south < north):
        raise SourceFileError(f"The box {west}, {south}, {east}, {north} is empty: give west, south, east, north.")
    with osmnx_settings(overpass_url, None):
        return _read(shapely.box(west, south, east, north), what="the box")


def _read(outline: Any, *, what: str) -> RawWays:  # noqa: ANN401 - a shapely geometry
    import osmnx
    from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

    try:
        graph = osmnx.graph_from_polygon(
            outline, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=ROADS_FILTER
        )
    except (ResponseStatusCodeError, OSError) as error:
        raise unreachable(error) from error
    except (InsufficientResponseError, ValueError) as error:
        raise SourceFileError(f"OpenStreetMap has no road in {what}: choose another area.") from error
    except Exception as error:
        raise unreachable(error) from error
    collector = WayCollector()
    for start, end, attributes in graph.edges(data=True):
        tags = [(key, str(value)) for key, value in attributes.items() if isinstance(value, str)]
        # OSMnx has turned these ways round already but left the tag as it was.
        tags = [(key, "yes" if key == "oneway" and value in REVERSED_VALUES else value) for key, value in tags]
        collector.add(int(attributes["osmid"]), [start, end], tags)
    nodes = sorted((node, data["x"], data["y"]) for node, data in graph.nodes(data=True))
    return collector.finish(
        np.array([node for node, _, _ in nodes], dtype=np.int64),
        np.array([x for _, x, _ in nodes], dtype=np.float64),
        np.array([y for _, _, y in nodes], dtype=np.float64),
    )


def unreachable(error: Exception) -> SourceFileError:
    """Return the error to raise when a public service gave no usable answer."""
    return SourceFileError(
        f"OpenStreetMap's service gave no usable answer ({error}): try again later, or use a downloaded .osm.pbf file."
    )


@contextmanager
def osmnx_settings(overpass_url: str | None, nominatim_url: str | None) -> Iterator[None]:
    """Set what OSMnx keeps in module-wide settings, and put everything back."""
    import osmnx

    wanted: dict[str, Any] = {
        "all_oneway": True,
        "use_cache": False,
        "useful_tags_way": [*TAG_KEYS, "name"],
        "doh_url_template": None,
    }
    if overpass_url is not None:
        wanted |= {"overpass_url": overpass_url, "overpass_rate_limit": False}
    if nominatim_url is not None:
        wanted["nominatim_url"] = nominatim_url
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    for name, value in wanted.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
