"""Official addresses: both layouts, what is left out and told, all or nothing, undone."""

import zipfile

import pandas as pd
import pytest
from pyproj import Transformer
from shapely import Point, to_wkb

from finder.errors import SourceFileError
from finder.geo.house_numbers import ADDRESS_COLUMNS
from finder.settings import data_dir
from finder.sources import store
from finder.sources.best_addresses import (
    ABOUT_PATH,
    ADDRESSES_PATH,
    EXTRACT_COLUMNS,
    import_addresses,
    load_addresses,
    read_addresses,
)
from finder.sources.population_import import undo_import

NAMUR = (4.8674, 50.4637)
GHENT = (3.725, 51.0536)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for entry in data_dir().iterdir():
        if entry.name != "imported":
            (folder / entry.name).symlink_to(entry)
    return folder


def extract(path, rows, *, separator=","):
    """Write rows of (number, street_fr, street_nl, municipality, postcode, status, (lon, lat)) as an extract."""
    frame = pd.DataFrame(
        [
            {
                "EPSG:4326_lon": at[0], "EPSG:4326_lat": at[1], "house_number": number, "municipality_id": nis,
                "postcode": code, "status": status, "street_id": f"{nis}-{fr}", "streetname_fr": fr,
                "streetname_nl": nl, "streetname_de": "",
            }
            for number, fr, nl, nis, code, status, at in rows
        ]
    )  # fmt: skip
    frame[list(EXTRACT_COLUMNS)].to_csv(path, sep=separator, index=False, encoding="utf-8")
    return path


ROWS = [
    ("12", "Rue de Fer", "", "92094", "5000", "current", NAMUR),
    ("12A", "Rue de Fer", "", "92094", "5000", "current", NAMUR),
    ("12", "Rue de Fer", "", "92094", "5000", "current", NAMUR),
    ("14", "Rue de Fer", "", "92094", "5000", "retired", NAMUR),
    ("16", "Rue de Fer", "", "92094", "5000", "current", (0, 0)),
    ("Z", "Rue de Fer", "", "92094", "5000", "current", NAMUR),
    ("1", "Veldstraat", "", "44021", "9000", "current", GHENT),
]


def register_row(number, street, at, *, status="current"):
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:31370", always_xy=True).transform(*at)
    fields = [""] * 22
    fields[0], fields[2], fields[6], fields[8] = f"WA/{number}/1", "WM/92094/1", street, "WP/5000/1"
    fields[10], fields[13], fields[21] = str(number), status, "false"
    fields[18] = to_wkb(Point(x, y), hex=True, byte_order=0)
    return ";".join(fields)


@pytest.mark.parametrize("separator", [",", ";"])
def test_an_extract_is_kept_with_what_it_left_out(data, tmp_path, separator):
    report = import_addresses(extract(tmp_path / "openaddress-bewal.csv", ROWS, separator=separator), data)
    table = load_addresses(data)
    assert tuple(table.columns) == ADDRESS_COLUMNS
    assert table[["nis", "street", "number", "suffix"]].values.tolist() == [
        ["92094", "Rue de Fer", 12, ""],
        ["92094", "Rue de Fer", 12, "a"],
    ]
    assert table["lon"].tolist() == pytest.approx([NAMUR[0]] * 2)
    told = (report.not_current, report.without_position, report.without_number, report.outside, report.without_name)
    assert told == (1, 1, 1, 1, 0)
    assert report.communes == ("92094",)


def test_both_languages_find_the_house(data, tmp_path):
    rows = [("3", "Rue Haute", "Hoogstraat", "21004", "1000", "current", (4.3485, 50.8415))]
    path = extract(tmp_path / "openaddress-bebru.csv", rows)
    archive = tmp_path / "openaddress-bebru.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, path.name)
    import_addresses(archive, data)
    assert sorted(load_addresses(data)["street"]) == ["Hoogstraat", "Rue Haute"]


def test_a_second_file_adds_and_replaces_and_undo_puts_back(data, tmp_path):
    import_addresses(extract(tmp_path / "a.csv", ROWS), data)
    first = (data / ADDRESSES_PATH).read_bytes()
    brussels = ("3", "Rue Haute", "", "21004", "1000", "current", (4.3485, 50.8415))
    namur = ("99", "Rue Neuve", "", "92094", "5000", "current", NAMUR)
    import_addresses(extract(tmp_path / "b.csv", [brussels, namur]), data)
    assert load_addresses(data)["street"].tolist() == ["Rue Haute", "Rue Neuve"]
    undo_import(data)
    assert (data / ADDRESSES_PATH).read_bytes() == first


def test_undoing_the_first_import_leaves_nothing(data, tmp_path):
    import_addresses(extract(tmp_path / "a.csv", ROWS), data)
    undo_import(data)
    assert load_addresses(data) is None
    assert not (data / ABOUT_PATH).exists()


def test_a_dry_run_tells_and_writes_nothing(data, tmp_path):
    report = import_addresses(extract(tmp_path / "a.csv", ROWS), data, dry_run=True)
    assert report.house_numbers == 2
    assert report.changed == ()
    assert not (data / "imported").exists()


def test_records_take_their_names_from_a_list(data, tmp_path):
    path = tmp_path / "records.csv"
    path.write_text("\n".join(register_row(n, "WS/1/1", NAMUR) for n in (1, 2)) + "\n", encoding="utf-8")
    names = tmp_path / "names.csv"
    names.write_text("street_id;streetname_fr\nWS/1/1;Rue des Essais\n", encoding="utf-8")
    import_addresses(path, data, street_names=names)
    table = load_addresses(data)
    assert table["street"].unique().tolist() == ["Rue des Essais"]
    assert (table["lon"][0], table["lat"][0]) == pytest.approx(NAMUR, abs=2e-6)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "no address file of BeST"),
        ("name,lat\nx,1\n", "no address file of BeST"),
        ("EPSG:4326_lat,EPSG:4326_lon\n1,2\n", "lacks the columns house_number"),
        ("WA/1/1;1;WM/92094/1\n", "has 3 fields"),
    ],
)
def test_another_file_is_refused(data, tmp_path, text, match):
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceFileError, match=match):
        import_addresses(path, data)
    assert not (data / "imported").exists()


def test_a_file_without_an_address_of_ours_is_refused(data, tmp_path):
    with pytest.raises(SourceFileError, match="1 outside"):
        import_addresses(extract(tmp_path / "a.csv", ROWS[-1:]), data)


def test_a_broken_archive_and_bytes_are_refused(tmp_path):
    for name, content in (("a.zip", b"PK not really"), ("b.csv", b"\xff\xfe\x00\x01")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceFileError, match=name):
            read_addresses(tmp_path / name)


@pytest.mark.shared
def test_the_sample_of_the_register_is_read_and_named(data, shared_dir, monkeypatch):
    """Malmedy, Haren and Halle; Halle is in Flanders, and 656 houses of Malmedy have no position in the file."""
    report = import_addresses(shared_dir / "data/addresses/best_addresses_sample.csv", data)
    assert (report.records, report.not_current, report.without_position) == (11_879, 44, 656)
    assert report.communes == ("21004", "63049")
    assert (report.outside, report.without_name) == (3_412, 1_328)
    assert (report.streets, report.streets_named, report.house_numbers) == (350, 245, 5_514)
    from finder.answers.atlas import Atlas
    from finder.geo.geocode import search_places

    streets = store.load_streets(data)
    # Names of the two communes only: the whole gazetteer takes seconds to build.
    monkeypatch.setattr(store, "load_streets", lambda _: streets[streets["nis"].isin(report.communes)])
    gazetteer = Atlas(data).gazetteer
    for text, number in (("Avenue de la Gare 31, 4960 Malmedy", "31"), ("Tweyninckstraat 40, 1130 Brussel", "40")):
        first = search_places(gazetteer, text)[0]
        assert (first.precision, first.house_number, first.uncertainty_m) == ("number", number, 10.0)
    near = search_places(gazetteer, "Avenue de la Gare 33b, 4960 Malmedy")[0]
    assert near.precision == "near_number"
