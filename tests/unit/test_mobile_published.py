"""Published plans: refused unless confirmed, seen while they hold, gone when revoked; no modelled row slips in."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa
from mobile_cases import ROUNDS, STOPS, good_plan

from finder.agenda import Session
from finder.agenda.recurrence_text import read_recurrences, recurrence_text
from finder.answers.mobile_sessions import AGAIN_S, PlannedSupply, next_days, planned_services
from finder.answers.nearest import Origin
from finder.answers.search_filters import Wish, sessions_of, sift
from finder.answers.shortlist import nearest_by_kind
from finder.answers.supply import supply_of_kinds, supply_on
from finder.errors import (
    DocumentBodyError,
    MobileError,
    SessionError,
    StoredDocumentNotFoundError,
    StoreUnavailableError,
)
from finder.sources.documents_store import open_store
from finder.sources.mobile_plans import (
    CLOSED_DAYS_MAX,
    KIND,
    publications,
    publications_state,
    publish,
    published_on,
    revoke,
)
from finder.tables import SERVICES, validate

pytestmark = pytest.mark.xdist_group("mobile")

DAY = datetime.date(2027, 3, 15)
FIRST, LAST = datetime.date(2027, 1, 1), datetime.date(2027, 12, 31)


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "documents.sqlite"))


def _publish(store, plan=None, **fields):
    own = {"name": "Luxembourg 2027", "valid_from": FIRST, "valid_until": LAST, "published_by": "Anne",
           "confirmed_fixed_network": True}  # fmt: skip
    return publish(store, plan or good_plan(), **{**own, **fields})


def test_a_plan_on_the_modelled_network_is_refused_until_confirmed(store):
    with pytest.raises(MobileError, match="1 stops in 1 communes \\(84075\\) rest on the modelled network"):
        _publish(store, confirmed_fixed_network=False)
    assert publications(store) == ()
    _publish(store)
    (found,) = published_on(store, DAY)
    assert found.confirmed_fixed_network
    assert found.plan == good_plan()


def test_a_plan_that_rests_on_no_model_needs_no_confirmation(store):
    _publish(store, good_plan(stops=tuple(replace(stop, need_share=None) for stop in STOPS)),
             confirmed_fixed_network=False)  # fmt: skip
    assert len(published_on(store, DAY)) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"plan": good_plan(rounds=ROUNDS[:3])}, "frequency"),
        ({"plan": good_plan(stops=(), rounds=())}, "no stop"),
        ({"valid_until": datetime.date(2026, 1, 1)}, "before it begins"),
        ({"valid_until": datetime.date(2047, 1, 1)}, "three years"),
        ({"closed_days": [FIRST + datetime.timedelta(days=n) for n in range(CLOSED_DAYS_MAX + 1)]}, "closed days"),
    ],
)
def test_what_cannot_hold_is_not_published(store, fields, told):
    with pytest.raises(MobileError, match=told):
        _publish(store, **fields)
    assert publications_state(store) == ()


def test_a_name_is_needed(store):
    with pytest.raises(DocumentBodyError):
        _publish(store, name=" ")


def test_it_holds_from_its_first_to_its_last_day(store):
    _publish(store)
    days = [FIRST - datetime.timedelta(days=1), FIRST, LAST, LAST + datetime.timedelta(days=1)]
    assert [len(published_on(store, day)) for day in days] == [0, 1, 1, 0]


def test_revoked_is_gone_and_kept_in_the_history(store):
    saved = _publish(store)
    before = publications_state(store)
    with pytest.raises(MobileError, match="why"):
        revoke(store, saved.id, " ")
    revoke(store, saved.id, "the road is closed", revoked_by="Bert")
    assert publications_state(store) != before
    assert published_on(store, DAY) == ()
    (kept,) = publications(store)
    assert kept.revoked_because == "the road is closed"
    assert [each.saved_by_label for each in store.history(saved.id)] == ["Anne", "Bert"]
    assert store.load(saved.id, revision=1).body["revoked_because"] is None
    with pytest.raises(MobileError, match="revoked before"):
        revoke(store, saved.id, "again")
    with pytest.raises(StoredDocumentNotFoundError):
        revoke(store, "00000000-0000-0000-0000-000000000000", "none")


def test_of_two_plans_with_a_stop_the_later_holds_and_it_is_said(store):
    _publish(store, name="old")
    new = good_plan(stops=(replace(STOPS[2], weeks=(2,), starts_min=(775,)),), rounds=(ROUNDS[1],))
    _publish(store, new, name="new")
    latest, older = published_on(store, DAY)
    assert (latest.name, dict(latest.overruled)) == ("new", {})
    assert (older.name, dict(older.overruled)) == ("old", {"c": "new"})
    services = planned_services((latest, older), DAY)
    assert services["source"].to_dict() == {"mobile-c": "new", "mobile-a": "old", "mobile-b": "old"}


def test_a_plan_that_cannot_be_read_hides_no_other(store, caplog):
    _publish(store)
    store.save(KIND, "of a newer Finder", {"plan": {"version": 9}})
    store.save("scenario", "no plan", {"a": 1})
    assert [each.name for each in published_on(store, DAY)] == ["Luxembourg 2027"]
    assert "of a newer Finder" in caplog.text


def test_services_keep_their_schema_and_say_only_what_is_known(store):
    _publish(store, closed_days=[datetime.date(2027, 4, 1)])
    services = planned_services(published_on(store, DAY), DAY)
    validate(services.reset_index(), SERVICES)
    row = services.loc["mobile-a"]
    assert (row["kind"], row["provenance"], row["position_precision"]) == (
        "child_consultation",
        "planned",
        "locality_centre",
    )
    assert (row["source"], row["as_of"]) == ("Luxembourg 2027", published_on(store, DAY)[0].published_on.isoformat())
    assert row[["address", "phone", "tariff", "capacity_places", "operator"]].isna().all()
    assert "Anne" not in services.to_csv()
    # 1st Thursdays of March to June, without 1 April (closed) and 6 May 2027 (Ascension).
    days = next_days(sessions_of(row["sessions"]), datetime.date(2027, 3, 1), count=3)
    assert days == (datetime.date(2027, 3, 4), datetime.date(2027, 6, 3), datetime.date(2027, 7, 1))
    assert planned_services(published_on(store, DAY), LAST + datetime.timedelta(days=1)).empty


def test_filters_judge_planned_stops(store):
    _publish(store)
    services = planned_services(published_on(store, DAY), DAY)
    assert list(sift(services, Wish(open_at=(3, datetime.time(9, 30)))).kept.index) == ["mobile-a"]
    assert sift(services, Wish(weekend=True)).kept.empty


def test_find_lists_a_stop_near_the_village_until_it_is_revoked(store, atlas):
    saved = _publish(store)
    supply = PlannedSupply(lambda: store)
    origin = Origin(5.405, 49.972, "Bras")

    def nearest():
        found = nearest_by_kind(atlas, origin, kinds=["child_consultation"], mode="car", day=DAY,
                                planned=supply.on(DAY).services)  # fmt: skip
        return found.groups["child_consultation"].found

    first = nearest().iloc[0]
    assert (first.name, first["provenance"], first["next_day"]) == ("mobile-a", "planned", "2027-04-01")
    assert first["minutes"] < 5
    revoke(store, saved.id, "no vehicle")
    assert not nearest().index.str.startswith("mobile-").any()


def test_the_supply_of_planners_does_not_change(store, atlas):
    _publish(store)
    planned = planned_services(published_on(store, DAY), DAY)
    assert not supply_on(atlas, "child_consultation", DAY).located.index.str.startswith("mobile-").any()
    added = supply_of_kinds(atlas, ["child_consultation"], DAY, planned=planned)
    assert added.located.index.str.startswith("mobile-").sum() == 3


@pytest.mark.parametrize("provenance", ["modelled", "hypothetical"])
def test_modelled_rows_do_not_slip_in_as_planned(store, atlas, provenance):
    _publish(store)
    slipped = planned_services(published_on(store, DAY), DAY).assign(provenance=provenance)
    supply = supply_of_kinds(atlas, ["child_consultation"], DAY, planned=slipped)
    shown = pd.concat([supply.located, supply.unlocated, supply.not_open])
    assert not shown.index.str.startswith("mobile-").any()


def test_a_store_that_cannot_be_opened_gives_nothing_and_is_left_alone_for_a_while(store):
    _publish(store)
    seconds, opened = [0.0], []

    def fail():
        opened.append(seconds[0])
        if seconds[0] < AGAIN_S:
            raise StoreUnavailableError("no server")
        return store

    supply = PlannedSupply(fail, clock=lambda: seconds[0])
    assert supply.on(DAY).services.empty
    seconds[0] = AGAIN_S - 1
    assert supply.on(DAY).services.empty
    assert opened == [0.0]
    seconds[0] = AGAIN_S + 1
    assert len(supply.on(DAY).services) == 3


def test_plans_are_read_again_only_when_one_changed(store):
    saved = _publish(store)
    supply = PlannedSupply(lambda: store)
    first = supply.on(DAY)
    assert supply.on(DAY) is first
    assert supply.on(DAY + datetime.timedelta(days=1)) is not first
    revoke(store, saved.id, "why")
    assert supply.on(DAY).services.empty
    assert supply.on(DAY).state != first.state
    assert PlannedSupply(lambda: None).on(DAY).services.empty


def test_a_damaged_store_gives_nothing(store, tmp_path):
    _publish(store)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'documents.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE revisions"))
    assert PlannedSupply(lambda: store).on(DAY).services.empty


SESSION = Session(
    weekdays=(3,), ordinals=(1, 3), months=(1, 3, 5, 7, 9, 11), start=datetime.time(9), end=datetime.time(10, 15),
    first_date=FIRST, until=LAST, is_shut_on_public_holidays=True, closed_days=(datetime.date(2027, 4, 1),),
)  # fmt: skip


def test_recurrence_lines_give_the_sessions_back():
    other = Session(weekdays=(0,), interval_weeks=8, start=datetime.time(14, 30), end=datetime.time(15), first_date=DAY)
    text = recurrence_text([SESSION, other])
    assert text.splitlines()[:3] == [
        "DTSTART:20270101T090000",
        "DTEND:20270101T101500",
        "RRULE:FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=1TH,3TH;UNTIL=20271231",
    ]
    assert read_recurrences(text) == (SESSION, other)
    assert sessions_of(text) == (SESSION, other)


@pytest.mark.parametrize(
    "change", [{"first_date": None}, {"end": None}, {"by_appointment": True}, {"is_term_only": True}]
)
def test_what_the_lines_cannot_hold_is_refused(change):
    with pytest.raises(SessionError):
        recurrence_text([replace(SESSION, **change)])


@pytest.mark.parametrize(
    "change",
    [("DTEND:20270101T101500\n", ""), ("20270101T090000", "2027"), ("BYDAY", "BYSETPOS"), ("PUBLIC-", ""),
     ("EXDATE:20270401", "EXDATE:soon"), ("DTEND:20270101", "DTEND:20270102"), ("RRULE", "LOCATION")],
)  # fmt: skip
def test_lines_that_say_something_else_are_not_read(change):
    text = recurrence_text([SESSION])
    assert text.replace(*change) != text
    assert read_recurrences(text.replace(*change)) is None
    assert sessions_of(text.replace(*change)) is None
