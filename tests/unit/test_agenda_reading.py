"""What the texts of sources say, and what we refuse to guess."""

import datetime

import pytest

from finder.agenda import Unreadable, read_sessions, rrule_of
from finder.sources import store

WEEK = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
READ = [
    ("les 2es jeudis du moins [sic] de 14 à 19 h", "fr", "FREQ=MONTHLY;BYDAY=2TH", "14:00-19:00"),
    ("les 2es jeudis du mois de 14 à 19 h", "fr", "FREQ=MONTHLY;BYDAY=2TH", "14:00-19:00"),
    ("dernier vendredi du mois", "fr", "FREQ=MONTHLY;BYDAY=-1FR", "None-None"),
    ("1er et 3e mardi du mois, 13h30-16h", "fr", "FREQ=MONTHLY;BYDAY=1TU,3TU", "13:30-16:00"),
    ("2e jeudi des mois pairs de 9h à 11h", "fr", "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYDAY=2TH", "09:00-11:00"),
    ("un mercredi sur deux", "fr", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "None-None"),
    ("tous les 15 jours le mercredi de 13h30 à 15h30", "fr", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "13:30-15:30"),
    ("lun-ven 7h-18h30", "fr", WEEK, "07:00-18:30"),
    ("chaque mercredi matin de 9h à 12h", "fr", "FREQ=WEEKLY;BYDAY=WE", "09:00-12:00"),
    ("mercredi à 14h", "fr", "FREQ=WEEKLY;BYDAY=WE", "14:00-None"),
    ("ma-vr 7u30-18u", "nl", WEEK, "07:30-18:00"),
    ("elke tweede woensdag van de maand van 9 tot 12 uur", "nl", "FREQ=MONTHLY;BYDAY=2WE", "09:00-12:00"),
    (
        "om de twee weken op dinsdag, namiddag van 13 tot 16u",
        "nl",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "13:00-16:00",
    ),
    ("jeden zweiten Mittwoch im Monat 14-16 Uhr", "de", "FREQ=MONTHLY;BYDAY=2WE", "14:00-16:00"),
    ("montags bis freitags von 9 bis 12 Uhr", "de", WEEK, "09:00-12:00"),
    ("every other Wednesday", "en", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "None-None"),
    ("every 2nd Thursday of the month, 2-7 pm", "en", "FREQ=MONTHLY;BYDAY=2TH", "14:00-19:00"),
    ("Fridays 9-1 pm", "en", "FREQ=WEEKLY;BYDAY=FR", "09:00-13:00"),
    ("Mo-Fr 07:00-18:30", "osm", WEEK, "07:00-18:30"),
    ("We[-1] 09:00-11:00", "osm", "FREQ=MONTHLY;BYDAY=-1WE", "09:00-11:00"),
]
LEFT_AS_TEXT = [
    ("ouverte tous les jours, le matin et l'après-midi", "fr", "all_days"),
    ("fermé le lundi", "fr", "words"),
    ("semaines paires, le mardi", "fr", "words"),
    ("le premier mardi et jeudi du mois", "fr", "unclear"),
    ("un mercredi de 14h à 16h", "fr", "unclear"),
    ("lundi 9h-12h et mercredi 14h-16h, une semaine sur deux", "fr", "unclear"),
    ("mercredi de 13h à 9h", "fr", "unclear"),
    ("mercredi 25h", "fr", "unclear"),
    ("mercredi après-midi de 9h à 12h", "fr", "unclear"),
    ("le matin", "fr", "no_day"),
    ("sur rendez-vous", "fr", "no_day"),
    ("woensdag tot 12 uur", "nl", "no_day"),
    ("elke tweede woensdag", "nl", "unclear"),
    ("week 1-53/2 We 09:00-11:00", "osm", "words"),
    ("24/7", "osm", "no_day"),
    ("Th[2],Fr 09:00-11:00", "osm", "unclear"),
    ("", "fr", "empty"),
    ("lundi " * 200, "fr", "words"),
]


@pytest.mark.parametrize(("text", "language", "rule", "hours"), READ)
def test_a_text_is_read_as_its_recurrence_and_hours(text, language, rule, hours):
    (session,) = read_sessions(text, language)
    times = [None if time is None else f"{time:%H:%M}" for time in (session.start, session.end)]
    assert (rrule_of(session), f"{times[0]}-{times[1]}", session.text) == (rule, hours, text)


@pytest.mark.parametrize(("text", "language", "why"), LEFT_AS_TEXT)
def test_a_text_that_is_not_certain_stays_text(text, language, why):
    assert read_sessions(text, language) == Unreadable(text, why)


def test_a_morning_without_hours_keeps_no_hours():
    (session,) = read_sessions("le 3e mercredi du mois au matin", "fr")
    assert (session.part, session.start, session.end) == ("morning", None, None)


def test_several_statements_make_several_sessions():
    sessions = read_sessions("lundi 9h-12h, mercredi 13h30-16h et 17h-19h", "fr")
    assert [(s.weekdays, s.start.hour, s.end.hour) for s in sessions] == [((0,), 9, 12), ((2,), 13, 16), ((2,), 17, 19)]


def test_remarks_are_kept():
    (session,) = read_sessions("jeudi 14h-16h, sur rendez-vous, hors vacances scolaires, sauf les jours fériés", "fr")
    assert (session.by_appointment, session.is_term_only, session.is_shut_on_public_holidays) == (True, True, True)
    (free,) = read_sessions("jeudi 14h-16h sans rendez-vous", "fr")
    assert free.by_appointment is False
    (silent,) = read_sessions("jeudi 14h-16h", "fr")
    assert silent.by_appointment is None


def test_a_first_date_makes_every_other_week_known():
    (session,) = read_sessions("un mercredi sur deux de 14h à 16h à partir du 9 septembre 2026", "fr")
    assert session.first_date == datetime.date(2026, 9, 9)
    assert not session.needs_first_date


def test_without_a_language_all_that_can_read_the_text_must_agree():
    assert read_sessions("ma 9:00-12:00") == Unreadable("ma 9:00-12:00", "languages_differ")
    assert read_sessions("Mo-Fr 07:00-18:30") == read_sessions("Mo-Fr 07:00-18:30", "osm")
    assert read_sessions("lundi 9h-12h") == read_sessions("lundi 9h-12h", "fr")


def test_every_session_text_of_our_services_is_read_or_said_to_be_text():
    texts = store.load_services()["sessions"].dropna()
    read = {text: not isinstance(read_sessions(text, "fr"), Unreadable) for text in texts}
    assert read["les 2es jeudis du moins [sic] de 14 à 19 h"]
    assert read["le 3e mercredi du mois au matin"]
    assert not read["ouverte tous les jours, le matin et l'après-midi"]
