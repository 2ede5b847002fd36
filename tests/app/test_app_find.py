"""The page Find on the real data: answers first, hides nothing unknown, and puts nobody's street in a link."""

import datetime
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from finder.answers.search_filters import Wish
from finder.pages import cards
from finder.pages.find_wish import AGES, LANGUAGES_SPOKEN, SWITCHES, read_wish, write_wish
from finder.words.messages import Messages

SECONDS = 120


def _page(module: str, **parameters: str) -> AppTest:
    script = (
        "from finder.pages import components, MODULE\n"
        "components.page_style()\ncomponents.language_switch()\nMODULE.render()\n"
    ).replace("MODULE", module)
    app = AppTest.from_string(script, default_timeout=SECONDS)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def _parameter(app: AppTest, name: str) -> str:
    found = app.query_params[name]
    return found if isinstance(found, str) else found[0]


def _html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def test_find_answers_first_and_lists_nearest_first():
    app = _page("find", q="Rue de Fer, Namur")
    page = _plain(_html(app))
    assert re.search(r"Maternité la plus proche : CHR Namur, à \d+ min en voiture\.", page)
    assert "sans embouteillages" in page
    sections = page.split('<div class="fi-section"><h2>')[1:]
    assert sections[0].startswith("Maternités")
    for section in sections:
        minutes = [int(m) for m in re.findall(r'fi-minutes">(\d+) min', section)]
        assert minutes == sorted(minutes)
        assert len(minutes) <= 3


def test_find_says_known_where_the_list_is_not_complete():
    page = _plain(_html(_page("find", q="Namur", kind="creche", mode="walk")))
    assert "Crèche connue la plus proche" in page
    assert "Notre liste n’est pas complète" in page
    assert "sentiers non cartographiés" in page


def test_find_in_brussels_knows_the_footpaths():
    page = _plain(_html(_page("find", q="Rue Haute, 1000 Bruxelles", kind="creche", mode="walk")))
    assert "sentiers compris" in page


def test_closed_and_planned_services_are_not_proposed():
    page = _html(_page("find", q="Chimay", kind="maternity"))
    assert "Centre de Sante des Fagnes" not in page
    assert "Jolimont Lobbes" not in page


def test_unlocated_services_are_listed_apart():
    app = _page("find", q="Namur", kind="birth_centre")
    labels = [expander.label for expander in app.expander]
    assert any("sans position" in label for label in labels)


def test_find_speaks_plainly_when_nothing_is_found():
    app = _page("find", q="Xyzzyqwrt")
    assert not app.exception
    assert "Nous ne trouvons pas" in _html(app)


def test_find_asks_which_of_several_places():
    app = _page("find", q="Rue de l'Eglise")
    assert not app.exception
    assert any("Lequel" in box.label for box in app.selectbox)
    assert "Choisissez d’abord votre lieu" in _html(app)


def test_text_from_the_address_bar_is_shown_as_text():
    page = _html(_page("find", q="<img src=x onerror=alert(1)>"))
    assert "<img" not in page
    assert "onerror" not in page


def test_bad_parameters_fall_back_to_the_start():
    app = _page("find", q="", kind="nonsense", mode="rocket", at="91.0,181.0", lang="xx")
    assert not app.exception
    assert "Tapez une rue" in _html(app)


def test_a_point_outside_is_refused_kindly():
    assert "hors de la Wallonie" in _html(_page("find", at="50.900,3.000"))


def test_a_shared_point_gives_an_answer():
    assert "près de" in _html(_page("find", at="50.467,4.868"))


def test_choosing_a_card_moves_the_way():
    app = _page("find", q="Rue de Fer, Namur", kind="maternity")
    shown = [button for button in app.button if button.label == "Voir le trajet"]
    assert len(shown) == 9
    shown[0].click().run()
    assert not app.exception
    assert app.session_state["find_chosen"] == shown[0].key.removeprefix("way-")


def test_a_street_or_number_typed_never_stands_in_the_link():
    app = _page("find", q="Rue de Fer, Namur")
    assert "q" not in app.query_params
    assert re.fullmatch(r"50\.46\d,4\.86\d", _parameter(app, "at"))
    link = app.code[0].value
    assert "Fer" not in link
    assert "lang=fr" in link


def test_the_name_of_a_commune_may_stand_in_the_link():
    app = _page("find", q="Namur", stage="age_0_3")
    assert _parameter(app, "q") == "Namur"
    assert _parameter(app, "stage") == "age_0_3"


def test_filters_say_what_they_hid_and_what_they_could_not_judge():
    page = _plain(_html(_page("find", q="Namur", kind="creche", only="lang-nl.late")))
    assert re.search(r"Langue parlée : ce filtre en masque \d+ et en garde [1-9]\d* sans savoir", page)
    assert re.search(r"Ouvert jusqu’à 18 h 30 : ce filtre en masque \d+ et en garde [1-9]\d* sans savoir", page)
    assert 'class="fi-card"' in page


@pytest.mark.parametrize(("place", "is_outside"), [("Eupen", True), ("Verviers", False)])
def test_a_commune_outside_one_is_told_so(place, is_outside):
    page = _plain(_html(_page("find", q=place, stage="first_weeks", mode="walk")))
    assert ("l’ONE n’y est pas compétent" in page) is is_outside
    assert ("visites à domicile gratuites" in page and is_outside) is False


def test_services_kept_are_compared_and_stay_in_the_link():
    app = _page("find", q="Rue de Fer, Namur", kind="maternity")
    for _ in range(2):
        next(button for button in app.button if button.label == "Garder").click().run()
    assert not app.exception
    kept = _parameter(app, "keep").split(",")
    assert len(kept) == 2
    assert _html(app).count('<th scope="col">') == 2
    again = _page("find", q="Namur", kind="maternity", keep=",".join([*kept, "no-such-service", "x" * 900]))
    assert again.session_state["find_kept"] == kept


def test_what_is_too_far_is_named_and_not_offered():
    page = _plain(_html(_page("find", q="Vresse-sur-Semois", stage="birth", mode="walk")))
    assert "Maternités : rien de connu à moins de 1 h 30 à pied" in page
    assert 'class="fi-card"' not in page


def test_how_hard_it_is_here_is_not_guessed():
    app = _page("find", q="Namur", stage="age_0_3")
    app.session_state["find_hard_panel"] = True
    page = _plain(_html(app.run()))
    assert not app.exception
    assert "nous ne devinons pas" in page
    assert "n’est pas publique" in page


def test_every_stage_opens_and_the_emergency_line_is_there():
    for stage in ("pregnancy", "first_weeks", "age_3_6"):
        app = _page("find", q="Eupen", stage=stage, lang="de")
        assert not app.exception
        assert 'href="tel:112"' in _html(app)


def test_hostile_parameters_change_nothing():
    app = _page("find", q="Namur", only="late." * 900 + "<script>", keep="<script>alert(1)</script>," * 50, stage="'--")
    assert not app.exception
    assert "<script>" not in _html(app)
    assert app.session_state["find_kept"] == []


TIMES = st.builds(datetime.time, st.integers(0, 23), st.integers(0, 59))
WISHES = st.builds(
    Wish,
    languages=st.lists(st.sampled_from(LANGUAGES_SPOKEN), unique=True).map(
        lambda codes: tuple(code for code in LANGUAGES_SPOKEN if code in codes)
    ),
    open_at=st.none()
    | st.tuples(st.integers(0, 6), st.times().map(lambda time: time.replace(second=0, microsecond=0))),
    age_months=st.none() | st.integers(*AGES),
    **{name: st.booleans() for name in SWITCHES},
)


@given(WISHES)
def test_a_wish_in_a_link_reads_back_as_it_was(wish):
    assert read_wish(write_wish(wish)) == wish


@given(st.text(max_size=300))
def test_any_text_in_a_link_reads_as_some_wish(text):
    assert isinstance(read_wish(text), Wish)


SERVICE = {
    "name": "<b>Crèche</b> =1+1", "kind": "creche", "minutes": 4.0, "km": 1.0, "rank": 1, "rank_of_kind": 1,
    "status": "open", "position_precision": "point", "status_flag": None, "position_flag": None,
    "address": "<i>rue</i>", "postcode": "5000", "locality": "Namur", "capacity_places": 21.0,
    "tariff": "income_related", "free_places": 3,
    "free_places_as_of": "2026-11-02", "step_free": True, "languages": "fr;xx", "sessions": "<u>tous les jours</u>",
    "next_day": None, "next_is_holiday": False, "phone": "081 00 00 00", "url": "javascript:alert(1)",
    "provenance": "imported", "as_of": "2026-10-01", "source": "<script>liste</script>",
}  # fmt: skip


def test_a_card_shows_every_text_as_text_and_links_only_what_is_safe():
    card = cards.card_html(pd.Series(SERVICE), Messages("fr"), way="à pied")
    assert "<b>" not in card
    assert "<i>" not in card
    assert "<u>" not in card
    assert "<script>" not in card
    assert "javascript:" not in card
    assert 'href="tel:081000000"' in card
    assert "places libres annoncées le 2 novembre 2026 : 3" in _plain(card)
    assert "xx" in card


@pytest.mark.parametrize(
    ("text", "number"),
    [("02 411 23 80", "024112380"), ("+32 2 411 23 80", "+3224112380"), ("1733 / 02 201 22 22", ""), ("voir site", "")],
)
def test_only_one_number_is_dialled(text, number):
    assert cards.telephone(text) == number
