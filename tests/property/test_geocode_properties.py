"""Whatever is typed, the search answers, and spelling conventions change nothing."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.folding import fold
from finder.geo.gazetteer import Gazetteer, build_gazetteer
from finder.geo.geocode import resolve_place, search_places
from finder.sources import store


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """Return the real communes, localities and postcodes, with invented streets of their names."""
    communes, localities = store.load_communes(), store.load_localities()
    points = localities.to_crs(4326).geometry
    streets = localities[["nis"]].assign(
        street_id=localities["locality_id"],
        name="Rue de l'Église de " + localities["name"],
        lon=points.x,
        lat=points.y,
        length_m=100.0,
        extent_m=60.0,
    )
    return build_gazetteer(communes, localities, store.load_postcodes(), streets)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_has_an_answer_or_none(gazetteer, text):
    places = search_places(gazetteer, text, limit=5)
    assert len(places) <= 5
    scores = [round(place.score, 2) for place in places]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


ADDRESS = "rue de l'église 12 5000 namur st - , 9999 b bte 4b / liège ch. n° bus hoogstr"
WORDS = st.sampled_from(ADDRESS.split())


@settings(max_examples=200, deadline=None)
@given(words=st.lists(WORDS, max_size=10))
def test_words_of_addresses_in_any_order_are_one_place_or_a_plain_error(gazetteer, words):
    try:
        place = resolve_place(gazetteer, " ".join(words))
    except (PlaceNotFoundError, AmbiguousPlaceError):
        return
    assert place.nis in gazetteer.communes
    assert not place.is_partial


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_case_accents_and_hyphens_do_not_matter(gazetteer, data):
    area = data.draw(st.sampled_from(gazetteer.areas))
    name = area.name
    spelt = data.draw(
        st.sampled_from(
            [
                name.upper(),
                name.lower(),
                name.replace("-", " "),
                name.replace("'", " ").replace("’", " "),
                "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)),
                unicodedata.normalize("NFD", name),
                f"  {name}  ",
            ]
        )
    )
    assert search_places(gazetteer, spelt) == search_places(gazetteer, name)
    assert any((place.name, place.nis) == (name, area.nis) for place in search_places(gazetteer, name, limit=20))


@given(text=st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_wrong_letter_in_a_long_commune_name_is_forgiven(gazetteer, data):
    # Saint and Sainte are folded to two letters: a slip in them is too much for a short name.
    communes = (commune.name_fr for commune in gazetteer.communes.values())
    name = data.draw(st.sampled_from(sorted(name for name in communes if len(name) >= 8 and "Saint" not in name)))
    letters = [i for i, letter in enumerate(name) if letter.isalpha() and i > 0]
    position = data.draw(st.sampled_from(letters))
    typed = name[:position] + data.draw(st.sampled_from("aeinrst")) + name[position + 1 :]
    assert name in [place.name for place in search_places(gazetteer, typed, limit=20)]
