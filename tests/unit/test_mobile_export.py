"""What of a mobile plan is taken along: tables, layers, round sheets, the file itself, and a file that comes back."""

import dataclasses
import datetime
import json
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from mobile_cases import DEPOT, ENGINE, ROUNDS, STOPS, good_plan
from shapely import Point

from finder.answers.mobile_effects import FULL, NOT_CHOSEN
from finder.answers.mobile_export import gap_points, plan_layers, rounds_frame, stops_frame
from finder.answers.mobile_question import DepotChoice, MobileQuestion
from finder.capacity.mobile.plan_json import plan_from_dict
from finder.maps.documents.model import Columns, Heading, PageBreak, Prose, Table
from finder.maps.export import csv_bytes, geopackage_layers_bytes
from finder.maps.svg_elements import drawing
from finder.pages import mobile_before, mobile_curve, mobile_own, mobile_published, mobile_take, mobile_validity
from finder.reports.mobile_rounds import RoundSheets, rounds_document, stops_of, unit_name, units_of
from finder.reports.mobile_when import when_text
from finder.reports.write import document_bytes
from finder.words.messages import LANGUAGES, Messages

NAMES = {"84075": "Wellin", "84050": "Paliseul"}
FR = Messages("fr")
DAY = datetime.date(2026, 11, 22)
UNIT = ("libramont", 1)


def test_stops_have_a_row_each_with_days_from_one():
    frame = stops_frame(good_plan(), NAMES).set_index("stop_id")
    assert list(frame.index) == ["a", "b", "c"]
    assert frame.loc["a", ["name", "commune", "depot", "weekday", "weeks", "frequency", "starts"]].tolist() == [
        "Bras", "Wellin", "Libramont", 4, "1 5", "monthly", "09:00",
    ]  # fmt: skip
    assert frame.loc["b", "frequency"] == "bimonthly"
    assert frame.loc["c", "weeks"] == "1 3 5 7"
    assert frame["children"].sum() == 79.75
    assert frame["need_share"].isna().tolist() == [False, True, True]
    assert set(frame["provenance"]) == {"planned"}
    assert stops_frame(good_plan(stops=(), rounds=()), NAMES).empty


def test_several_hours_stand_in_the_order_of_their_weeks():
    stop = dataclasses.replace(STOPS[0], starts_min=(600, 540))
    assert stops_frame(good_plan(stops=(stop,)), NAMES)["starts"].tolist() == ["10:00 09:00"]


def test_rounds_have_a_row_per_leg_with_the_clock_worked_out_by_hand():
    frame = rounds_frame(good_plan())
    assert len(frame) == 4 + 2 + 3 + 2
    first = frame[(frame["week"] == 1)]
    assert first["to_name"].tolist() == ["Bras", "Freux", "Recogne", "Libramont"]
    assert first["arrives"].tolist() == ["08:50", "10:30", "12:45", "14:40"]
    assert first["session_starts"].tolist()[:3] == ["09:00", "10:40", "12:55"]
    assert first["session_ends"].tolist()[:3] == ["10:15", "11:55", "14:10"]
    assert first["session_starts"].isna().tolist() == [False, False, False, True]
    assert set(first["day_drive_min"]) == {70}
    assert first["day_km"].iloc[0] == 52.5


def test_cells_that_look_like_formulas_are_disarmed():
    stop = dataclasses.replace(STOPS[0], name="=HYPERLINK(1)")
    text = csv_bytes(stops_frame(good_plan(stops=(stop,)), NAMES), attribution=["© A"]).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


def test_the_geopackage_has_all_layers_in_lambert(tmp_path):
    points = pd.DataFrame({"nis": ["84075"], "gap_children": [3.5]}, index=["p1"])
    gaps = gap_points(points, pd.DataFrame({"lon": [5.4], "lat": [49.97]}, index=["p1"]))
    data = geopackage_layers_bytes(plan_layers(good_plan(), NAMES, gaps), attribution=["© A"])
    path = tmp_path / "plan.gpkg"
    path.write_bytes(data)
    assert [name for name, _ in pyogrio.list_layers(path)] == ["stops", "rounds", "depots", "gaps"]
    read = {name: gpd.read_file(path, layer=name) for name in ("stops", "rounds", "depots", "gaps")}
    assert all(frame.crs == "EPSG:3812" for frame in read.values())
    assert all(set(frame["attribution"]) == {"© A"} for frame in read.values())
    assert len(read["rounds"]) == len(ROUNDS)
    line = read["rounds"].geometry.iloc[0]
    assert len(line.coords) == 5
    depot = read["depots"].geometry.iloc[0]
    assert Point(line.coords[0]).distance(depot) < 0.01
    assert Point(line.coords[-1]).distance(depot) < 0.01
    assert read["gaps"].loc[0, "point_id"] == "p1"


def test_a_plan_from_a_file_has_no_layer_of_gaps():
    assert list(plan_layers(good_plan(), NAMES, None)) == ["stops", "rounds", "depots"]


def test_the_plan_file_reads_back_as_the_same_plan():
    content = mobile_take.plan_bytes(good_plan())
    assert plan_from_dict(json.loads(content)) == good_plan()
    assert content.count(b"\n") < 20


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        ((0, 4), "1er jeudi du mois"),
        ((0, 2, 4, 6), "1er et 3e jeudi du mois"),
        ((1,), "2e jeudi des mois impairs"),
        ((7,), "4e jeudi des mois pairs"),
        (tuple(range(8)), "chaque jeudi (du 1er au 4e du mois)"),
        ((0, 1, 2, 3), "chaque jeudi des mois impairs"),
        ((0, 4, 5), "1er jeudi du mois; 2e jeudi des mois pairs"),
    ],
)
def test_days_of_a_month_in_words(weeks, told):
    assert when_text(FR, 3, weeks, "months") == told


def test_days_of_a_cycle_in_words():
    assert when_text(FR, 0, (1, 5), "weeks") == "lundi, semaine 2 et 6 du cycle de 8"
    assert when_text(FR, 0, tuple(range(8)), "weeks") == "chaque lundi"


def _sheets(plan, **fields):
    own = {
        "units": {unit: unit_name(FR, plan, unit) for unit in units_of(plan)},
        "communes": NAMES,
        "maps": {},
        "days": None,
        "sources": ("© A",),
    }
    return RoundSheets(**{"plan": plan, **own, **fields})


def _tables(blocks):
    for block in blocks:
        if isinstance(block, Columns):
            yield from _tables((*block.left, *block.right))
        elif isinstance(block, Table):
            yield block


def test_a_sheet_names_every_stop_and_every_leg_of_every_day():
    plan = good_plan()
    found = rounds_document(_sheets(plan), FR, DAY)
    all_stops, *days = _tables(found.blocks)
    assert [row[1] for row in all_stops.rows] == ["Bras (Wellin)", "Freux (Wellin)",
                                                  "Recogne (Paliseul)"]  # fmt: skip
    # Weeks 0 and 4 differ and stand side by side; weeks 2 and 6 are the same and stand once.
    assert [len(day.rows) for day in days] == [4, 3, 2]
    assert days[0].rows[1] == ("2.\u00a0Freux", "10\u00a0h\u00a040–11\u00a0h\u00a055", "10\u00a0min")
    assert days[0].rows[-1] == ("Retour au dépôt", "14\u00a0h\u00a040", "25\u00a0min")
    assert "52\u00a0km" in days[0].caption or "53\u00a0km" in days[0].caption
    assert "1\u00a0h\u00a010 de route" in days[0].caption
    assert sum(isinstance(block, PageBreak) for block in found.blocks) == 2


def test_a_day_without_a_round_says_so():
    plan = good_plan(rounds=ROUNDS[:3])
    columns = [block for block in rounds_document(_sheets(plan), FR, DAY).blocks if isinstance(block, Columns)]
    assert columns[-1].right == (Heading("3e jeudi des mois pairs", 3), Prose(("Pas de tournée.",)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_become_pdf_in_every_language_whatever_the_names(language):
    stop = dataclasses.replace(STOPS[0], name="#panic() <b> [x] $y$")
    plan = good_plan(stops=(stop, *STOPS[1:]))
    sheets = _sheets(plan, maps={UNIT: drawing([], width=100, height=50)}, days=(DAY, DAY))
    document = rounds_document(sheets, Messages(language), DAY)
    assert document_bytes(document, file_format="pdf").startswith(b"%PDF")
    assert "&lt;b&gt;" in document_bytes(document, file_format="html").decode()


def test_units_follow_each_other_on_pages_of_their_own():
    stop = dataclasses.replace(STOPS[2], stop_id="e", unit=2)
    other = [dataclasses.replace(one, unit=2, stop_ids=("e",)) for one in ROUNDS if len(one.stop_ids) == 1]
    plan = good_plan(stops=(*STOPS, stop), rounds=(*ROUNDS, *other))
    found = rounds_document(_sheets(plan), FR, DAY)
    headings = [block.text for block in found.blocks if isinstance(block, Heading) and block.level == 2]
    assert [text for text in headings if text.startswith("Unité")] == ["Unité 1, Libramont", "Unité 2, Libramont"]
    assert [stop.stop_id for stop in stops_of(plan, UNIT)] == ["a", "b", "c"]


def test_default_days_are_twelve_months_from_the_next_month_on():
    assert mobile_validity.first_day(datetime.date(2026, 12, 31)) == datetime.date(2027, 1, 1)
    assert mobile_validity.last_day(datetime.date(2027, 1, 1)) == datetime.date(2027, 12, 31)
    assert mobile_validity.last_day(datetime.date(2028, 2, 29)) == datetime.date(2029, 2, 28)


def test_closed_days_are_read_in_the_ways_people_write_them():
    days, odd = mobile_validity.read_days("21/07/2027\n2027-07-22; 1.8.2027\n24/12/2027 - 26/12/2027\n31/02/2027\nsoon")
    told = [day.isoformat() for day in days]
    assert told == ["2027-07-21", "2027-07-22", "2027-08-01", "2027-12-24", "2027-12-25", "2027-12-26"]
    assert odd == ("31/02/2027", "soon")
    assert mobile_validity.read_days(mobile_validity.days_text(days)) == (days, ())


@pytest.mark.parametrize("line", ["26/12/2027 - 24/12/2027", "01/01/2027 - 31/12/2027", "1-2", "99999-01-01"])
def test_odd_days_are_told_not_guessed(line):
    assert mobile_validity.read_days(line) == ((), (line,))


def test_shares_of_a_province_count_all_its_children():
    table = pd.DataFrame(
        {
            "children": [100.0, 50.0, 10.0], "beyond_before_share": [0.5, 0.2, 0.0],
            "beyond_after_share": [0.1, 0.2, 0.0], "followed": [30.0, 0.0, 0.0], "gap_children": [50.0, 10.0, 0.0],
            NOT_CHOSEN: [0.0, 5.0, 0.0], FULL: [1.0, 0.0, 0.0],
        },
        index=["1", "2", "3"],
    )  # fmt: skip
    provinces = pd.Series({"1": "A", "2": "A", "3": "B", "4": "A"})
    people = pd.Series({"1": 100.0, "2": 50.0, "3": 10.0, "4": 150.0})
    found = SimpleNamespace(by_commune=table)
    frame = mobile_before.province_frame(found, people, provinces)
    assert list(frame.index) == ["A"]
    assert frame.loc["A", ["children", "before", "after", "followed"]].tolist() == [300.0, 60.0, 20.0, 30.0]
    assert frame.loc["A", "before_share"] == pytest.approx(0.2)
    assert frame.loc["A", "after_share"] == pytest.approx(20 / 300)
    assert list(mobile_before.changed_communes(found).index) == ["1"]


def test_units_to_compare_hold_today_and_what_depots_allow():
    assert mobile_curve.asked_units(MobileQuestion()) == (5, 6, 7, 8)
    assert mobile_curve.asked_units(MobileQuestion(units=9)) == (6, 8, 9, 10, 11)
    assert mobile_curve.asked_units(MobileQuestion(units=1, area="Luxembourg")) == (1, 2, 3)
    fixed = DepotChoice("x", "X", 5.3, 49.9, 2, 2)
    assert mobile_curve.asked_units(MobileQuestion(units=2, depots=(fixed,))) == (2,)


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr(mobile_own, "measured_drives", lambda _atlas, _plan: ENGINE)
    monkeypatch.setattr(mobile_own.cached, "atlas", lambda: None)


def test_a_good_file_may_be_used(engine):
    read = mobile_own.read_plan("PLAN.json", mobile_take.plan_bytes(good_plan()))
    assert read.can_be_used
    assert read.plan == good_plan()


def test_a_file_broken_by_hand_is_refused_with_the_name_of_its_rule(engine):
    data = json.loads(mobile_take.plan_bytes(good_plan()))
    data["stops"]["weekday"][1] = 2
    read = mobile_own.read_plan("PLAN.json", json.dumps(data).encode())
    assert not read.can_be_used
    assert read.check.rules == ("one_weekday",)
    rows = mobile_own._finding_rows(FR, read.check.findings)
    assert rows[0][0] == "Un autre jour que celui annoncé (one_weekday)"
    assert "Freux" in rows[0][1]


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{", b'{"version": 99}', b"\xff\xfe", b"[" * 100_000, b" " * 900_000]
)
def test_what_is_no_plan_is_told(engine, content):
    read = mobile_own.read_plan("x.json", content)
    assert read.plan is None
    assert read.refused
    assert not read.can_be_used


def test_states_of_a_publication():
    first, last = datetime.date(2026, 12, 1), datetime.date(2027, 11, 30)
    plan = SimpleNamespace(revoked_because=None, valid_from=first, valid_until=last)
    states = [mobile_published.state_of(plan, day) for day in (DAY, first, last, datetime.date(2027, 12, 1))]
    assert states == ["coming", "valid", "valid", "past"]
    plan.revoked_because = "no vehicle"
    assert mobile_published.state_of(plan, first) == "revoked"


def test_the_calendar_of_a_stop_keeps_its_days(monkeypatch):
    monkeypatch.setattr(mobile_take.cached, "commune_names", lambda _language: NAMES)
    monkeypatch.setattr(mobile_validity, "shown_days", lambda: (datetime.date(2030, 1, 1), datetime.date(2030, 12, 31)))
    closed = MobileQuestion(closed_days=(datetime.date(2030, 1, 3),))
    content = mobile_take.calendar_bytes(FR, good_plan(), [STOPS[0]], closed).decode()
    assert "SUMMARY:Consultation mobile\\, Bras" in content
    assert "BYDAY=1TH" in content
    assert "20300103T090000" in content.split("EXDATE")[1]
    assert content.count("BEGIN:VEVENT") == 1
    every = mobile_take.calendar_bytes(FR, good_plan(), list(STOPS), closed).decode()
    assert every.count("BEGIN:VEVENT") == 3
    assert DEPOT.name in every.replace("\r\n ", "")
