"""The life line: its files fit together, speak four languages, and the guide gives them by stage and kind."""

import shutil

import pandas as pd
import pytest

from finder import tables
from finder.answers.lifeline import Guide, load_guide
from finder.errors import DatasetNotFoundError, SchemaError, SourceFileError, UnknownKindError
from finder.geo.gazetteer import build_gazetteer
from finder.settings import data_dir
from finder.sources import store
from finder.sources.lifeline import FOLDER, WITHOUT_TEXTS, build_lifeline, load_contacts, load_lifeline
from finder.sources.services.contacts import add_contacts
from finder.sources.services.record import NOT_THE_DOOR, SITE_ASSUMED, Service
from finder.words.messages import Messages

LANGUAGES = tables.LIFELINE_LANGUAGES
OFFERED_BEFORE = ("maternity", "hospital", "birth_centre", "birth_lodge", "prenatal_consultation")
"""Kinds whose message was there before the life line, in words of its own."""


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load_guide()


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(data_dir() / FOLDER, tmp_path / FOLDER)
    return tmp_path


def change(folder, name, edit):
    path = folder / FOLDER / f"{name}.csv"
    frame = edit(pd.read_csv(path, dtype=str, keep_default_na=False))
    frame.to_csv(path, index=False)


def set_cell(column, value, row=0):
    def edit(frame):
        frame.loc[row, column] = value
        return frame

    return edit


def test_every_kind_is_told_in_every_language(guide):
    for kind in set(tables.KINDS) - set(WITHOUT_TEXTS):
        for language in LANGUAGES:
            texts = guide.texts(kind, language)
            assert set(tables.LIFELINE_REQUIRED_FIELDS) <= set(texts)
            assert all(text.strip() for text in texts.values())


def test_every_stage_has_kinds_in_the_order_of_the_table(guide):
    shown = set()
    for stage in tables.STAGES:
        kinds = guide.kinds(stage)
        assert len(kinds) >= 4
        sort = [guide.about(kind)["sort"] for kind in kinds]
        assert sort == sorted(sort)
        shown |= {*kinds, *guide.special_kinds(stage)}
        assert not set(kinds) & set(guide.special_kinds(stage))
    assert shown == set(tables.KINDS) - set(WITHOUT_TEXTS)


def test_each_kind_is_shown_where_it_begins(guide):
    assert "creche" in guide.kinds("pregnancy"), "a place is asked for during pregnancy"
    assert "kraamzorg" in guide.kinds("pregnancy")
    assert "homework_support" not in guide.kinds("age_0_3")
    assert "bereavement" in guide.special_kinds("birth")


def test_emergency_lines_begin_with_112(guide):
    lines = guide.emergency_lines
    assert lines["phone"].tolist() == ["112", "1733 / +32 2 201 22 22"]
    for stage in tables.STAGES:
        assert "emergency" in guide.special_kinds(stage)


def test_contacts_of_a_kind(guide):
    assert guide.contacts("perinatal_support").index.tolist() == ["aquarelle", "ulysse_aida"]
    assert len(guide.contacts("technical_platform")) == 6
    assert len(guide.contacts("family_allowance")) == 1 + 5
    assert len(guide.contacts("one_administration")) == 6
    assert guide.contacts("home_birth").empty


def test_names_on_pages_are_those_of_the_life_line(guide):
    for kind in set(tables.KINDS) - set(WITHOUT_TEXTS) - set(OFFERED_BEFORE):
        if kind in ("child_consultation", "creche", "childminder", "drop_in_care"):
            continue
        for language in LANGUAGES:
            assert Messages(language)(f"kind.{kind}") == guide.name(kind, language)


def test_nobody_of_a_press_office_is_a_contact(guide):
    text = guide.tables.contacts.astype(str).to_csv()
    for word in ("gov.cfwb.be", "guillaume", "478 98 59 96", "499 77 30 93", "542 15 18"):
        assert word not in text


def test_no_text_passes_a_verdict(guide):
    """Conditions and recommendations only: whether they hold for a person is her midwife's to say."""
    english = guide.tables.texts["en"].str.lower()
    assert not english.str.contains(r"\b(?:allowed|eligible|entitled|not permitted)\b").any()


def test_unknown_words_are_refused(guide):
    with pytest.raises(UnknownKindError, match="kindergarten_osm"):
        guide.texts("kindergarten_osm", "fr")
    with pytest.raises(UnknownKindError, match="unborn"):
        guide.kinds("unborn")
    with pytest.raises(ValueError, match="'it'"):
        guide.texts("creche", "it")


def test_the_guide_is_read_once():
    assert load_guide() is load_guide()


@pytest.mark.parametrize(
    ("name", "edit", "words"),
    [
        ("texts/special", set_cell("nl", ""), "nl"),
        ("texts/special", lambda f: f.drop(index=0), "missing texts: mental_health.name"),
        ("texts/age_0_3", lambda f: f.assign(de=f["fr"]), "untranslated texts"),
        ("texts/age_0_3", set_cell("en", "long " * 60), "more than"),
        ("texts/age_0_3", set_cell("source", "somewhere"), "unknown sources: somewhere"),
        ("kinds", lambda f: f.drop(index=3), "without a row in kinds.csv"),
        ("kinds", set_cell("first_stage", "birth"), "first stage is not"),
        ("kinds", set_cell("stages", "pregnancy;later"), "unknown stage"),
        ("contacts", set_cell("note_de", ""), "some languages only: emergency_112"),
        ("contacts", set_cell("site", "maternity-be-1520"), "do not become a service: emergency_112"),
        ("contacts", set_cell("phone", ""), "without a phone: emergency_112"),
        ("rules", lambda f: f.assign(nl=f["fr"]), "untranslated rules"),
    ],
)
def test_what_does_not_fit_is_told(copy, name, edit, words):
    change(copy, name, edit)
    with pytest.raises(SchemaError, match=words):
        load_lifeline(copy)


def test_a_missing_file_is_told(copy):
    (copy / FOLDER / "programme.csv").unlink()
    with pytest.raises(DatasetNotFoundError, match=r"programme\.csv"):
        load_lifeline(copy)


def test_the_build_copies_the_hand_kept_bytes(copy, tmp_path):
    out = tmp_path / "out"
    datasets = build_lifeline(copy, out)
    assert len(datasets) == 12
    for dataset in datasets:
        assert (out / dataset.path).read_bytes() == (copy / dataset.path).read_bytes()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert build_lifeline(empty, tmp_path / "other") == datasets, "a new data folder gets the files of the code"


HOSPITAL = Service(
    "hospital-x", "hospital", "Hospital X", "open", "official", "list", "facts", address="High Street 1",
    postcode="1000", nis="21004", lon=4.35, lat=50.85, position_precision="campus",
)  # fmt: skip
LODGE = Service("lodge-x", "birth_lodge", "Lodge X", "open", "web", "press", "facts", url="https://lodge.example")


@pytest.fixture(scope="module")
def gazetteer():
    streets = pd.DataFrame(columns=list(tables.STREETS.columns))
    return build_gazetteer(store.load_communes(), store.load_localities(), store.load_postcodes(), streets)


def contacts_like(guide, **rows):
    template = guide.tables.contacts.iloc[[0]].assign(emergency=False, becomes_service=True, phone="+32 2 000 00 00")
    return pd.concat([template.assign(**cells).set_axis([name]) for name, cells in rows.items()])


def test_a_contact_at_a_hospital_stands_at_its_point_and_says_so(guide, gazetteer):
    rows = contacts_like(
        guide, unit={"kind": "parents_baby_unit", "site": "hospital-x", "site_is_assumed": True, "source_date": "2025"}
    )
    services, built = add_contacts([HOSPITAL], rows, gazetteer)
    assert services == (HOSPITAL,)
    (unit,) = built.services
    assert (unit.lon, unit.lat, unit.nis, unit.address) == (4.35, 50.85, "21004", "High Street 1")
    assert unit.position_flag == f"{NOT_THE_DOOR}; {SITE_ASSUMED}"
    assert (unit.provenance, unit.as_of, unit.phone) == ("document", "2025", "+32 2 000 00 00")


def test_a_contact_that_is_there_already_is_merged_and_keeps_both_sources(guide, gazetteer):
    rows = contacts_like(guide, lodge={"kind": "birth_lodge", "site": "lodge-x", "url": "https://guide.example"})
    (lodge,), built = add_contacts([LODGE], rows, gazetteer)
    assert built.services == ()
    assert built.source_rows[0].outcome == "merged"
    assert (lodge.phone, lodge.url) == ("+32 2 000 00 00", "https://lodge.example")
    assert lodge.source.startswith("press; ")


def test_a_contact_without_an_address_is_kept_without_a_point(guide, gazetteer):
    rows = contacts_like(
        guide,
        somewhere={"kind": "perinatal_support"},
        forest={"kind": "single_parents", "nis": "21007", "locality": "Forest"},
    )
    _, built = add_contacts([], rows, gazetteer)
    assert [(s.position_precision, s.nis, s.lon) for s in built.services] == [
        ("none", None, None),
        ("locality", "21007", None),
    ]


def test_a_directory_becomes_no_service_and_an_unknown_site_stops(guide, gazetteer):
    rows = contacts_like(guide, line={"becomes_service": False})
    _, built = add_contacts([], rows, gazetteer)
    assert built.services == ()
    assert built.source_rows[0].outcome == "listed_elsewhere"
    with pytest.raises(SourceFileError, match="maternity-nowhere"):
        add_contacts([], contacts_like(guide, lost={"site": "maternity-nowhere"}), gazetteer)


def test_committed_contacts_keep_their_facts():
    services = store.load_services()
    assert services.loc["birth-centre-pass-ages", ["phone", "url"]].tolist() == [
        "+32 471 84 29 93",
        "https://www.pass-ages.be",
    ]
    assert services.loc["birth-lodge-le-cocon", "phone"] == "+32 2 555 55 96"
    assert services.loc["guide-aquarelle", "phone"] == "+32 2 411 23 80"
    assert services.loc["guide-ulysse-aida", ["phone", "position_precision"]].tolist() == ["+32 2 533 06 70", "none"]
    assert (services["kind"] == "technical_platform").sum() == 6
    places = load_contacts()
    assert services["kind"].isin(["birth_centre", "birth_lodge"]).sum() == 14, "merged, not doubled"
    assert places["becomes_service"].sum() == 22
