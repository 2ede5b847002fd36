"""Opening times in the reader's language: told from what was read."""

import pytest

from finder.agenda import read_sessions
from finder.words.messages import LANGUAGES, Messages
from finder.words.session_text import sessions_text

CASES = [
    ("les 2es jeudis du mois de 14 à 19 h", "fr", "2e jeudi du mois, 14 h–19 h"),
    ("les 2es jeudis du mois de 14 à 19 h", "nl", "2e donderdag van de maand, 14 uur–19 uur"),
    ("le 3e mercredi du mois au matin", "de", "3. Mittwoch im Monat, vormittags"),
    ("lun-ven 7h-18h30", "en", "Monday to Friday, 7:00–18:30"),
    ("un mercredi sur deux de 9h à 12h", "en", "Wednesday, every other week, 9:00–12:00"),
    ("dernier lundi du mois 13h30-16h, sur rendez-vous", "fr", "dernier lundi du mois, 13 h 30–16 h, sur rendez-vous"),
]


@pytest.mark.parametrize(("text", "language", "told"), CASES)
def test_a_session_is_told_in_the_language_asked(text, language, told):
    sessions = read_sessions(text)
    assert sessions_text(sessions, Messages(language)).replace("\u00a0", " ") == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_session_that_can_be_read_can_be_told(language):
    for text, _, _ in CASES:
        assert sessions_text(read_sessions(text), Messages(language))
