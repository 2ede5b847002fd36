"""``finder services``: a dry run, an import, the log, the way back; services of OpenStreetMap from a local answer."""

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from finder.cli import app
from finder.errors import SourceFileError
from finder.settings import data_dir
from finder.sources.osm_services import read_features_box

LIST = "nom;adresse;code postal;places\nNouvelle;Rue de Fer 12;5000;21\n;Rue de Fer 14;5000;7\n"


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "tables").mkdir(parents=True)
    for name in ("services.csv", "postcodes.csv", "completeness.csv", "osm_kindergartens.csv"):
        shutil.copyfile(data_dir() / "tables" / name, folder / "tables" / name)
    shutil.copytree(data_dir() / "shapefiles", folder / "shapefiles")
    (folder / "network").mkdir()
    shutil.copyfile(data_dir() / "network" / "streets.parquet", folder / "network" / "streets.parquet")
    return folder


def run(*arguments):
    result = CliRunner().invoke(app, ["services", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_list_is_looked_at_taken_in_and_taken_back(data, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="cp1252")
    options = ["--kind", "creche", "--source", "Namur", "--as-of", "2026-10", "--data", data]
    report, mapping = tmp_path / "problems.csv", tmp_path / "map.toml"
    said = run("import", path, *options, "--dry-run", "--report", report, "--write-mapping", mapping)
    assert "2 rows read: 1 can come in, 1 cannot, 0 repeat" in said
    assert "Nothing written" in said
    assert not (data / "imported").exists()
    assert report.read_text(encoding="utf-8").splitlines()[1].startswith("3,nom,,has no name,True")
    said = run("import", path, *options, "--mapping", mapping)
    assert "Layout: given" in said
    assert "1 added, 0 updated" in said
    log = json.loads(run("list", "--json", "--data", data))
    assert [(row["source"], row["as_of"], row["added"]) for row in log] == [("Namur", "2026-10", "1")]
    assert "2 files are as they were" in run("undo", "--data", data)
    assert json.loads(run("list", "--json", "--data", data)) == []


class Overpass(BaseHTTPRequestHandler):
    """Answers as Overpass does."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.status
        elements = [
            {"type": "node", "id": 1, "lon": 4.6, "lat": 50.7, "tags": {"amenity": "childcare", "name": "A"}},
            {"type": "node", "id": 2, "lon": 4.6, "lat": 50.71, "tags": {"healthcare": "midwife", "name": "B"}},
        ]
        body = json.dumps({"version": 0.6, "elements": elements}).encode() if status == 200 else b"<html>busy</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("status", [200, 400])
def test_features_of_a_box_come_through_osmnx(status):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Overpass)
    server.status = status
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/api"
    try:
        if status == 200:
            rows = read_features_box(4.5, 50.6, 4.7, 50.8, overpass_url=url).rows
            assert [(row["element"], row["id"], row["tags"]["name"]) for row in rows.to_dict("records")] == [
                ("node", 1, "A"), ("node", 2, "B"),
            ]  # fmt: skip
        else:
            with pytest.raises(SourceFileError, match="no usable answer"):
                read_features_box(4.5, 50.6, 4.7, 50.8, overpass_url=url)
    finally:
        server.shutdown()
        server.server_close()
