"""Services that volunteers mapped in OpenStreetMap, from a file or through OSMnx; kept in their own file (ODbL)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from finder.errors import PlaceNotFoundError, SourceFileError
from finder.geo.folding import fold
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.imports import cells, joined
from finder.sources.imports.commit import keep_before
from finder.sources.imports.duplicates import match_known
from finder.sources.imports.known import load_known
from finder.sources.imports.prepare import as_services
from finder.sources.imports.problems import Problems
from finder.sources.osm import SUFFIXES
from finder.sources.services.kindergartens import LICENCE, UNNAMED
from finder.sources.services.record import join_notes
from finder.sources.writers import write_csv
from finder.tables import KINDS, SERVICES

METHOD_VERSION: Final = "osm services 1"
CREDIT: Final = "© OpenStreetMap contributors, ODbL 1.0"
TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "amenity": ("childcare", "kindergarten", "hospital", "clinic", "doctors", "social_facility", "social_centre"),
    "healthcare": ("midwife", "birthing_centre", "birthing_center", "doctor", "clinic", "centre", "hospital"),
}
"""Values that are looked at; what each becomes is :func:`kind_of`."""

_BY_NAME: Final = (
    (re.compile(r"planning familial"), "family_planning"),
    (re.compile(r"maison medicale|wijkgezondheidscentrum"), "medical_house"),
    (re.compile(r"huis van het kind"), "huis_van_het_kind"),
    (re.compile(r"kind (en|&) gezin|kind gezin"), "kind_en_gezin"),
    (re.compile(r"\bconsultation\b.*\b(one|enfants|nourrissons)\b"), "child_consultation"),
)
_SPECIALITIES: Final = {
    "gynaecology": "gynaecologist",
    "paediatrics": "paediatrician",
    "general": "general_practitioner",
    "general_practice": "general_practitioner",
    "family": "general_practitioner",
}


@dataclass(frozen=True, eq=False)
class Features:
    """Mapped things that may be services.

    Parameters
    ----------
    rows
        ``element`` (``node``, ``way``, ``relation``), ``id``, ``lon``, ``lat`` (WGS84 degrees: of a way or a relation
        the mean of its corners), ``tags``; RangeIndex.
    source
        Where they come from.
    as_of
        Date of the data, if it says so.
    notes
        What was cut or left out.
    """

    rows: pd.DataFrame
    source: str
    as_of: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OsmServices:
    """Services of OpenStreetMap (schema of services, RangeIndex) and what was left out, in sentences."""

    services: pd.DataFrame
    notes: tuple[str, ...]


def read_features_file(path: Path) -> Features:
    """Return what an ``.osm`` or ``.osm.pbf`` file, whole or clipped, maps under :data:`TAGS`.

    Raises
    ------
    SourceFileError
        If the file is missing, empty, of another format or broken.
    """
    if not path.is_file():
        raise SourceFileError(f"No OpenStreetMap file at {path}.")
    if not path.name.endswith(SUFFIXES):
        raise SourceFileError(f"{path.name} is no OpenStreetMap file: {', '.join(SUFFIXES)} are read.")
    if path.stat().st_size == 0:
        raise SourceFileError(f"{path.name} is empty (0 bytes): download it again.")
    try:
        return _read_file(path)
    except Exception as error:
        # osmium raises bare RuntimeErrors and other types by format; all of them mean a file we cannot trust.
        raise SourceFileError(f"{path.name} cannot be read as OpenStreetMap data ({error}).") from error


def read_features_place(
    place: str, *, overpass_url: str | None = None, nominatim_url: str | None = None
) -> Features:  # fmt: skip
    """Return what OpenStreetMap maps under :data:`TAGS` within the outline of a named place.

    Parameters
    ----------
    place
        As one would type it in a map search.
    overpass_url, nominatim_url
        Other servers than OSMnx's own choice.

    Raises
    ------
    PlaceNotFoundError
        If the name is not found, or is not an area.
    SourceFileError
        If the service does not answer.
    """
    import osmnx
    from osmnx._errors import InsufficientResponseError

    from finder.sources.osm_online import osmnx_settings, unreachable

    with osmnx_settings(overpass_url, nominatim_url):
        try:
            outline = osmnx.geocode_to_gdf(place).geometry.iloc[0]
        except (InsufficientResponseError, TypeError) as error:
            raise PlaceNotFoundError(f"OpenStreetMap knows no area named {place!r}: give a fuller name.") from error
        except Exception as error:
            raise unreachable(error) from error
        return _read_online(outline, place)


def read_features_box(
    west: float, south: float, east: float, north: float, *, overpass_url: str | None = None
) -> Features:  # fmt: skip
    """Return what OpenStreetMap maps under :data:`TAGS` within a box in WGS84 degrees.

    Raises
    ------
    SourceFileError
        If the box is empty or the service does not answer.
    """
    import shapely

    from finder.sources.osm_online import osmnx_settings

    if not (west < east and south < north):
        raise SourceFileError(f"The box {west}, {south}, {east}, {north} is empty: give west, south, east, north.")
    with osmnx_settings(overpass_url, None):
        return _read_online(shapely.box(west, south, east, north), "a box")


def kind_of(tags: Mapping[str, str]) -> str | None:
    """Return the kind of service that tags describe, ``None`` if none of ours.

    Day care and nursery schools stay one kind, ``kindergarten_osm``: their tags are mixed in Belgium. A doctor's
    practice counts by its speciality; one without any is a general practitioner's only if the tag says ``doctors``.
    Houses and centres are told by their names.
    """
    amenity, healthcare = tags.get("amenity", ""), tags.get("healthcare", "")
    if amenity in ("childcare", "kindergarten"):
        return "kindergarten_osm"
    if healthcare == "midwife":
        return "midwife"
    if healthcare in ("birthing_centre", "birthing_center"):
        return "birth_centre"
    name = fold(tags.get("name", ""))
    for pattern, kind in _BY_NAME:
        if pattern.search(name):
            return kind
    if amenity == "hospital" or healthcare == "hospital":
        return "hospital"
    if amenity == "doctors" or healthcare == "doctor":
        said = tags.get("healthcare:speciality", "").split(";")
        found = [_SPECIALITIES[one.strip()] for one in said if one.strip() in _SPECIALITIES]
        if found:
            return found[0]
        return "general_practitioner" if said == [""] and amenity == "doctors" else None
    return None


def services_of(features: Features, data_dir: Path | None = None, *, as_of: str | None = None) -> OsmServices:
    """Return the services among features, those of Wallonia and Brussels that no other list has.

    Hospitals never say here whether they have an emergency department: our list of them is complete.

    Parameters
    ----------
    features
        Result of one of the readers.
    data_dir
        Folder of the derived data.
    as_of
        Date of the data; default what they say.

    Raises
    ------
    SourceFileError
        If the date is none.
    """
    try:
        date = cells.date_of(as_of) if as_of else features.as_of
    except cells.CellError as error:
        raise SourceFileError(f"The date {as_of!r} {error}: write YYYY-MM-DD.") from error
    left: Counter[str] = Counter()
    rows = {}
    for number, feature in enumerate(features.rows.to_dict("records")):
        tags = {key: cells.clean(text) for key, text in feature["tags"].items()}
        kind = kind_of(tags)
        if kind is None:
            left["of no kind we keep"] += 1
        elif not tags.get("name") and kind != "kindergarten_osm":
            left["without a name"] += 1
        else:
            rows[number] = _record(feature, tags, kind)
    frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="row", dtype="int64"), dtype="object")
    known = load_known(data_dir)
    problems = Problems()
    placed = known.placer.place(frame, problems) if len(frame) else frame
    left["outside Wallonia and Brussels"] += len(problems.fatal_rows)
    services = placed.reindex(columns=list(SERVICES.columns)).assign(
        position_source="OpenStreetMap", provenance="osm", source=features.source, as_of=date, licence=LICENCE,
        status="open",
    )  # fmt: skip
    typed = as_services(services)
    typed.index = pd.Index(placed.index, name="row", dtype="int64")
    others = pd.concat([known.services, store.load_osm_kindergartens(data_dir)])
    there = match_known(typed, others)
    left["in our other lists already"] += len(there)
    typed = typed[~typed.index.isin(there["row"])].sort_values("service_id").drop_duplicates("service_id")
    notes = [f"{count} left out: {why}" for why, count in left.items() if count]
    return OsmServices(typed.reset_index(drop=True), (*features.notes, *notes))


def commit_osm(found: OsmServices, data_dir: Path) -> list[str]:
    """Write the services of OpenStreetMap, in the place of those taken before; ``undo`` puts those back.

    Returns
    -------
    list of str
        Files written, relative to the data folder.

    Raises
    ------
    SourceFileError
        If there is no service.
    """
    if found.services.empty:
        raise SourceFileError("OpenStreetMap has no service of our kinds there; nothing was written.")
    with staging_folder(data_dir) as staging:
        write_csv(found.services, staging / joined.OSM_PATH)
        keep_before(data_dir, [joined.OSM_PATH])
        publish(staging, data_dir)
    return [joined.OSM_PATH]


def _record(feature: Mapping[Any, Any], tags: Mapping[str, str], kind: str) -> dict[str, Any]:
    name = tags.get("name") or UNNAMED
    said = [f"{key}={tags[key]}" for key in TAGS if key in tags]
    emergency = f"emergency={tags['emergency']} in OSM" if kind == "hospital" and "emergency" in tags else None
    return {
        "service_id": f"osm-{feature['element']}-{feature['id']}",
        "kind": kind,
        "stage": KINDS[kind],
        "name": name[:300],
        "operator": tags.get("operator"),
        "address": " ".join(tags[key] for key in ("addr:street", "addr:housenumber") if key in tags) or None,
        "postcode": _read(cells.postcode_of, tags.get("addr:postcode")),
        "locality": tags.get("addr:city"),
        "lon": float(feature["lon"]),
        "lat": float(feature["lat"]),
        "capacity_places": _read(cells.places_of, tags.get("capacity")),
        "sessions": tags.get("opening_hours"),
        "step_free": {"yes": True, "no": False}.get(tags.get("wheelchair", "")),
        "phone": tags.get("phone") or tags.get("contact:phone"),
        "url": tags.get("website") or tags.get("contact:website"),
        "note": join_notes(", ".join(said), emergency),
    }


def _read(reader: Any, text: str | None) -> Any:  # noqa: ANN401 - a value of any column
    try:
        return reader(text) if text else None
    except cells.CellError:
        return None


def _read_file(path: Path) -> Features:
    import osmium

    keys = osmium.filter.KeyFilter(*TAGS)
    found: list[tuple[str, int, dict[str, str], list[int]]] = []
    rings: dict[int, list[int]] = {}
    points: dict[int, tuple[float, float]] = {}
    things: Iterable[Any] = osmium.FileProcessor(str(path)).with_filter(keys)
    for thing in things:
        if not any(thing.tags.get(key) in values for key, values in TAGS.items()):
            continue
        tags = {tag.k: tag.v for tag in thing.tags}
        if thing.is_node():
            if thing.location.valid():
                points[thing.id] = (thing.location.lon, thing.location.lat)
            found.append(("node", thing.id, tags, [thing.id]))
        elif thing.is_way():
            found.append(("way", thing.id, tags, [node.ref for node in thing.nodes]))
        elif thing.is_relation():
            members = [member.ref for member in thing.members if member.type == "w"]
            found.append(("relation", thing.id, tags, members))
            rings |= {member: [] for member in members}
    if rings:
        ways: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.WAY)
        for way in ways:
            if way.id in rings:
                rings[way.id] = [node.ref for node in way.nodes]
    corners = [
        (refs if element != "relation" else [ref for member in refs for ref in rings.get(member, [])])
        for element, _, _, refs in found
    ]
    wanted = {ref for refs in corners for ref in refs} - points.keys()
    nodes: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.NODE) if wanted else ()
    for node in nodes:
        if node.id in wanted and node.location.valid():
            points[node.id] = (node.location.lon, node.location.lat)
    rows = []
    for (element, number, tags, _), refs in zip(found, corners, strict=True):
        at = [points[ref] for ref in dict.fromkeys(refs) if ref in points]
        if at:
            lon, lat = np.mean(np.array(at), axis=0)
            rows.append((element, number, round(float(lon), 7), round(float(lat), 7), tags))
    cut = len(found) - len(rows)
    notes = (f"{cut} without any point in the file: it is clipped",) if cut else ()
    stamp = osmium.io.Reader(str(path)).header().get("osmosis_replication_timestamp", "")[:10]
    return _features(rows, f"{CREDIT}; {path.name}", stamp or None, notes)


def _read_online(outline: Any, what: str) -> Features:  # noqa: ANN401 - a shapely geometry
    import osmnx
    from osmnx._errors import InsufficientResponseError

    from finder.sources.osm_online import unreachable

    try:
        frame = osmnx.features_from_polygon(outline, {key: list(values) for key, values in TAGS.items()})
    except InsufficientResponseError:
        return _features([], f"{CREDIT}; {what}", None, ())
    except Exception as error:
        raise unreachable(error) from error
    texts = frame.drop(columns="geometry")
    rows = []
    for (element, number), values, shape in zip(frame.index, texts.to_dict("records"), frame.geometry, strict=True):
        tags = {str(key): value for key, value in values.items() if isinstance(value, str)}
        middle = shape.centroid
        rows.append((str(element), int(number), round(middle.x, 7), round(middle.y, 7), tags))
    return _features(sorted(rows, key=lambda row: row[:2]), f"{CREDIT}; {what}", None, ())


def _features(
    rows: list[tuple[str, int, float, float, dict[str, str]]], source: str, as_of: str | None, notes: tuple[str, ...]
) -> Features:
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for name, value in zip(("element", "id", "lon", "lat", "tags"), row, strict=True):
            columns[name].append(value)
    frame = pd.DataFrame({name: columns[name] for name in ("element", "id", "lon", "lat", "tags")})
    return Features(frame, source, as_of, notes)
