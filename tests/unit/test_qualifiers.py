"""Names of regions, provinces and the country at the ends of a text, and names that only look like them."""

import pytest

from finder.geo.folding import fold
from finder.geo.qualifiers import qualified

NAMES = frozenset({"namur", "bruxelles", "forest", "liege", "limbourg"})
NAMUR, FOREST, PERWEZ, EUPEN, MALMEDY = "92094", "21007", "25084", "63023", "63049"


def taken(text):
    return qualified(tuple(fold(text).split()), NAMES)


@pytest.mark.parametrize(
    ("text", "rest", "inside", "outside"),
    [
        ("Perwez, Brabant wallon", "perwez", PERWEZ, NAMUR),
        ("Forest, Région de Bruxelles-Capitale", "forest", FOREST, NAMUR),
        ("Hamois, province de Namur", "hamois", NAMUR, PERWEZ),
        ("Waals-Brabant Perwez", "perwez", PERWEZ, FOREST),
        ("Perwez Wallonie", "perwez", PERWEZ, FOREST),
        ("Eupen, Ostbelgien", "eupen", EUPEN, MALMEDY),
        ("Forest Bruxeles", "forest", FOREST, PERWEZ),
    ],
)
def test_a_qualifier_is_taken_off_and_says_where(text, rest, inside, outside):
    last = taken(text)[-1]
    assert " ".join(last.words) == rest
    assert last.holds(inside)
    assert not last.holds(outside)


def test_the_country_narrows_nothing():
    last = taken("Forest, Belgique")[-1]
    assert (last.words, last.areas, last.homonyms) == (("forest",), (), ())


def test_two_qualifiers_are_taken_one_after_the_other():
    assert [" ".join(step.words) for step in taken("Forest Bruxelles Belgique")] == ["forest bruxelles", "forest"]


def test_a_name_that_is_also_a_commune_is_marked():
    assert taken("Jambes, Namur")[-1].homonyms == ("namur",)
    assert taken("Jambes, province de Namur")[-1].homonyms == ()


@pytest.mark.parametrize(
    "text", ["Place du Luxembourg", "Rue de la Belgique", "Avenue Luxembourg", "Forest", "Goé Limbourg", "rue de fer"]
)
def test_a_part_of_a_name_is_no_qualifier(text):
    assert taken(text) == []
