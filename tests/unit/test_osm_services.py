"""Services from OpenStreetMap: files whole, clipped and broken; kinds by tags; kept apart."""

import shutil

import pytest

from finder.errors import SourceFileError
from finder.settings import data_dir
from finder.sources import osm_services
from finder.sources.imports.commit import undo
from finder.sources.imports.joined import load_osm_services
from finder.sources.osm_services import commit_osm, kind_of, read_features_box, read_features_file, services_of

XML = """<osm version="0.6">
 <node id="1" lon="4.867" lat="50.466"/><node id="2" lon="4.868" lat="50.466"/><node id="3" lon="4.868" lat="50.467"/>
 <node id="4" lon="4.87" lat="50.47"><tag k="amenity" v="childcare"/><tag k="name" v="Crèche neuve"/>
  <tag k="capacity" v="21"/><tag k="wheelchair" v="yes"/><tag k="opening_hours" v="Mo-Fr 07:00-18:30"/></node>
 <node id="5" lon="4.87" lat="50.47"><tag k="amenity" v="doctors"/></node>
 <node id="6" lon="3.7" lat="51.05"><tag k="amenity" v="kindergarten"/></node>
 <node id="7" lon="4.87" lat="50.47"><tag k="amenity" v="bank"/><tag k="name" v="B"/></node>
 <way id="8"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/>
  <tag k="healthcare" v="midwife"/><tag k="name" v="Sages\u202efemmes"/></way>
 <way id="9"><nd ref="90"/><nd ref="91"/><tag k="amenity" v="hospital"/><tag k="name" v="Clipped"/></way>
 <relation id="10"><member type="way" ref="8" role="outer"/><tag k="amenity" v="hospital"/><tag k="name" v="H"/>
  <tag k="emergency" v="yes"/></relation>
</osm>"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "area.osm"
    file.write_text(XML, encoding="utf-8")
    return file


def test_a_file_gives_the_services_of_the_area(path):
    features = read_features_file(path)
    assert list(zip(features.rows["element"], features.rows["id"], strict=True)) == [
        ("node", 4), ("node", 5), ("node", 6), ("way", 8), ("relation", 10),
    ]  # fmt: skip
    assert features.notes == ("1 without any point in the file: it is clipped",)
    found = services_of(features, as_of="2026-05-18")
    rows = found.services.set_index("service_id")
    assert rows["kind"].to_dict() == {
        "osm-node-4": "kindergarten_osm", "osm-relation-10": "hospital", "osm-way-8": "midwife",
    }  # fmt: skip
    assert set(rows["provenance"]) == {"osm"}
    assert set(rows["licence"]) == {"ODbL 1.0"}
    assert set(rows["nis"]) == {"92094"}
    assert rows.loc["osm-node-4", ["capacity_places", "step_free", "as_of"]].tolist() == [21, True, "2026-05-18"]
    assert rows.loc["osm-way-8", "name"] == "Sages femmes"
    assert rows.loc["osm-way-8", "lon"] == pytest.approx(4.86767, abs=1e-4)
    assert rows["has_emergency"].isna().all()
    assert "emergency=yes" in rows.loc["osm-relation-10", "note"]
    assert {"1 left out: without a name", "1 left out: outside Wallonia and Brussels"} <= set(found.notes)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "doctors", "healthcare:speciality": "general;gynaecology"}, "general_practitioner"),
        ({"amenity": "doctors", "healthcare:speciality": "dermatology"}, None),
        ({"healthcare": "doctor"}, None),
        ({"amenity": "clinic", "name": "Maison Médicale du Nord"}, "medical_house"),
        ({"amenity": "clinic", "name": "Clinique dentaire"}, None),
        ({"amenity": "social_facility", "name": "Huis van het Kind Etterbeek"}, "huis_van_het_kind"),
        ({"amenity": "social_facility", "name": "Consultation ONE"}, "child_consultation"),
        ({"healthcare": "birthing_center"}, "birth_centre"),
        ({"amenity": "bank"}, None),
    ],
)
def test_the_kind_is_told_by_tags_and_names(tags, kind):
    assert kind_of(tags) == kind


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("area.osm", b"", "empty"),
        ("area.osm", b"<html>no", "cannot be read"),
        ("area.osm.pbf", b"\x00\x00\x00\x0dbroken", "cannot be read"),
        ("area.csv", b"a,b", "no OpenStreetMap file"),
    ],
)
def test_what_is_no_osm_file_is_named(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceFileError, match=said):
        read_features_file(tmp_path / name)
    with pytest.raises(SourceFileError, match="No OpenStreetMap file"):
        read_features_file(tmp_path / "absent.osm")


def test_services_are_kept_apart_and_can_be_undone(path, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    found = services_of(read_features_file(path), data_dir(), as_of="2026")
    assert commit_osm(found, folder) == ["imported/osm_services.csv"]
    assert len(load_osm_services(folder)) == 3
    assert undo(folder) == ["imported/osm_services.csv"]
    assert load_osm_services(folder).empty
    shutil.rmtree(folder)


def test_an_empty_box_and_nothing_found_are_named():
    with pytest.raises(SourceFileError, match="box"):
        read_features_box(5, 50, 4, 51)
    nothing = osm_services.OsmServices(load_osm_services(data_dir()).iloc[:0].reset_index(), ())
    with pytest.raises(SourceFileError, match="no service"):
        commit_osm(nothing, data_dir())


@pytest.mark.shared
@pytest.mark.parametrize("name", ["mons", "wavre", "brussels_region_2013"])
def test_the_clipped_samples_are_read(shared_dir, name):
    features = read_features_file(shared_dir / "data" / "network" / "samples" / f"{name}.osm.pbf")
    assert len(features.rows)
    assert features.rows["lon"].between(3.8, 4.8).all()
