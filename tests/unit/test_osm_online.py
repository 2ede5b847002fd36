"""Roads through OSMnx, from a local server that answers as Overpass and Nominatim do; the live ones are not asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from finder.errors import PlaceNotFoundError, SourceFileError
from finder.geo.access_rules import BIKE, CAR, access_mask
from finder.sources.osm_online import read_osm_box, read_osm_place

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

ELEMENTS = [
    *({"type": "node", "id": i, "lon": lon, "lat": lat} for i, lon, lat in [
        (1, 4.600, 50.710), (2, 4.601, 50.710), (3, 4.602, 50.710), (4, 4.603, 50.711), (5, 4.604, 50.711),
    ]),
    {"type": "way", "id": 10, "nodes": [1, 2, 3],
     "tags": {"highway": "residential", "name": "Rue Haute", "maxspeed": "30"}},
    {"type": "way", "id": 11, "nodes": [3, 4], "tags": {"highway": "residential", "oneway": "-1"}},
    {"type": "way", "id": 12, "nodes": [4, 5], "tags": {"highway": "motorway"}},
    {"type": "way", "id": 13, "nodes": [1, 5],
     "tags": {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}},
]  # fmt: skip
BOX = {"type": "Polygon", "coordinates": [[[4.5, 50.6], [4.7, 50.6], [4.7, 50.8], [4.5, 50.8], [4.5, 50.6]]]}


class Service(BaseHTTPRequestHandler):
    """Answers like the two services; what it is asked is kept on the server."""

    def do_POST(self):
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        self.server.queries.append(query)
        self._send({"version": 0.6, "elements": self.server.elements})

    def do_GET(self):
        wanted = parse_qs(urlsplit(self.path).query)["q"][0]
        found = {"display_name": "Wavre", "importance": 0.5, "geojson": BOX,
                 "boundingbox": ["50.6", "50.8", "4.5", "4.7"], "lat": "50.7", "lon": "4.6"}  # fmt: skip
        self._send([found] if wanted == "Wavre" else [])

    def _send(self, answer):
        body = json.dumps(answer).encode() if self.server.status == 200 else b"<html>Dispatcher timeout</html>"
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.elements, server.queries, server.status = ELEMENTS, [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def ways(raw):
    """Return, by way id, the longitudes along its pieces and its tags."""
    pieces = np.split(raw.way_nodes, raw.way_ptr[1:-1])
    found = {}
    for way, piece, tag_set in zip(raw.way_id.tolist(), pieces, raw.way_tag_set, strict=True):
        lons, _ = found.setdefault(way, ([], raw.tag_sets[tag_set]))
        lons.append(raw.lon_deg[piece].round(3).tolist())
    return found


def test_a_box_ends_in_the_same_arrays_as_a_file(service):
    raw = read_osm_box(4.5, 50.6, 4.7, 50.8, overpass_url=service.url)
    assert len(service.queries) == 1
    assert 'way["highway"]' in service.queries[0]
    found = ways(raw)
    assert sorted(found) == [10, 11, 12, 13]
    assert sorted(found[10][0]) == [[4.600, 4.601], [4.601, 4.602]]
    assert "Rue Haute" in raw.names
    assert found[10][1] == {"highway": "residential", "maxspeed": "30"}


def test_one_ways_keep_their_sense(service):
    found = ways(read_osm_box(4.5, 50.6, 4.7, 50.8, overpass_url=service.url))
    # oneway=-1 on 3 -> 4 means driving from 4 to 3.
    (lons,), tags = found[11]
    drives_forward = bool(access_mask(tags) & CAR)
    assert (lons if drives_forward else lons[::-1]) == [4.603, 4.602]
    assert access_mask(tags) & (3 * CAR) in (CAR, 2 * CAR)
    assert access_mask(found[12][1]) == CAR
    assert access_mask(found[13][1]) & (3 * CAR | 3 * BIKE) == CAR | 3 * BIKE


def test_a_place_is_looked_up_by_name(service):
    raw = read_osm_place("Wavre", overpass_url=service.url, nominatim_url=service.url)
    assert sorted(ways(raw)) == [10, 11, 12, 13]


def test_an_unknown_place_is_said(service):
    with pytest.raises(PlaceNotFoundError, match="Nulle-Part"):
        read_osm_place("Nulle-Part", overpass_url=service.url, nominatim_url=service.url)


def test_an_area_without_roads_is_said(service):
    service.elements = []
    with pytest.raises(SourceFileError, match="no road"):
        read_osm_box(4.5, 50.6, 4.7, 50.8, overpass_url=service.url)


def test_a_failing_service_is_said(service):
    service.status = 500
    with pytest.raises(SourceFileError, match="no usable answer"):
        read_osm_box(4.5, 50.6, 4.7, 50.8, overpass_url=service.url)


def test_a_box_the_wrong_way_round_is_refused():
    with pytest.raises(SourceFileError, match="empty"):
        read_osm_box(4.7, 50.6, 4.5, 50.8)


def test_the_settings_of_the_library_are_put_back(service):
    import osmnx

    before = {name: getattr(osmnx.settings, name) for name in ("overpass_url", "all_oneway", "useful_tags_way")}
    read_osm_box(4.5, 50.6, 4.7, 50.8, overpass_url=service.url)
    assert {name: getattr(osmnx.settings, name) for name in before} == before
