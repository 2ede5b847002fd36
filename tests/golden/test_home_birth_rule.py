"""Minutes to a maternity beside the recommendation of 20 to 30 minutes, for addresses from Brussels to Gedinne.

The class of each was reasoned from the road map before the rule was run: kilometres to the nearest maternity open in
2026, about 30 km/h in town, 60 km/h on country roads, 100 km/h on motorways.
"""

import datetime
import math

import pandas as pd
import pytest

from finder.answers.birth_rules import birth_rules
from finder.answers.nearest import Origin, locate
from finder.settings import data_dir

TODAY = datetime.date(2026, 11, 22)

EXPECTED = [
    ("Grand-Place, 1000 Bruxelles", TODAY, "under_20", "Saint-Jean and Saint-Pierre both within 2 km"),
    ("Chaussée de Neerstalle, 1190 Forest", TODAY, "under_20", "Sainte-Elisabeth in Uccle within 4 km of town"),
    ("Place de l'Hôtel de Ville, 1300 Wavre", TODAY, "under_20", "Ottignies 7 km"),
    ("Rue de Fer, 5000 Namur", TODAY, "under_20", "two maternities in town, under 4 km"),
    ("Grand-Place, 4280 Hannut", TODAY, "20_to_30", "Huy 22 km, Namur 30 km, country roads"),
    ("Place McAuliffe, 6600 Bastogne", TODAY, "20_to_30", "Libramont 29 km, half of it fast road"),
    ("6690 Vielsalm", TODAY, "20_to_30", "Sankt Vith 22 km of country roads"),
    ("Boulevard Louise, 6460 Chimay", TODAY, "over_30", "its maternity closed in 2024; Charleroi 50 km"),
    (
        "Boulevard Louise, 6460 Chimay",
        datetime.date(2022, 6, 1),
        "under_20",
        "its maternity was open, in the same town",
    ),
    ("5550 Vresse-sur-Semois", TODAY, "over_30", "Libramont 45 km by the valley of the Semois"),
    ("5575 Gedinne", TODAY, "over_30", "Dinant and Libramont both about 40 km"),
]


@pytest.fixture(scope="module")
def rules():
    return pd.read_csv(data_dir() / "lifeline" / "rules.csv", dtype=str, index_col="rule_id")


@pytest.mark.parametrize(("address", "day", "within", "why"), EXPECTED, ids=[f"{row[0]} {row[1]}" for row in EXPECTED])
def test_the_class_is_the_one_that_the_map_suggests(atlas, rules, address, day, within, why):
    found = birth_rules(atlas, locate(atlas, address), rules=rules, day=day)
    assert found.within == within, f"{why}; computed {found.minutes:.1f} min to {found.maternity['name']}"


def test_the_only_maternity_of_chimay_is_named_among_those_gone(atlas, rules):
    found = birth_rules(atlas, locate(atlas, "Boulevard Louise, 6460 Chimay"), rules=rules, day=TODAY)
    gone = found.gone.loc["maternity-be-3160"]
    assert (gone["status"], gone["straight_km"] < 3) == ("closed", True)
    assert found.is_border_nearer, "Fourmies and other French maternities are not in our data"


def test_a_moved_maternity_never_carries_the_class(atlas, rules):
    found = birth_rules(atlas, locate(atlas, "Gilly"), rules=rules, day=TODAY)
    assert "maternity-ghdc-les-viviers" in found.moved.index
    assert found.maternity.name != "maternity-ghdc-les-viviers"
    assert found.within == "under_20"


def test_birth_centres_without_an_address_are_listed_apart(atlas, rules):
    found = birth_rules(atlas, locate(atlas, "Rue de Fer, 5000 Namur"), rules=rules, day=TODAY)
    centres = found.places["birth_centre"]
    assert "birth-centre-l-arche-de-noe" in centres.unlocated.index, "in Namur, but we do not know where"
    assert centres.found.index[0] == "birth-centre-pass-ages"
    assert found.places["birth_lodge"].found.index.tolist() == ["birth-lodge-le-cocon"]


def test_a_place_off_every_road_has_no_minutes(atlas, rules):
    found = birth_rules(atlas, Origin(2.6, 51.5, "in the sea"), rules=rules, day=TODAY)
    assert (found.within, found.minutes, found.maternity) == ("unknown", math.inf, None)
    assert (found.margin_min, found.is_close_call, found.is_border_nearer) == (0.0, False, False)


def test_a_maternity_counts_until_the_day_it_closes(atlas, rules):
    lobbes = Origin(4.2606, 50.3459, "beside the hospital of Lobbes")
    closes = datetime.date(2026, 1, 15)
    before = birth_rules(atlas, lobbes, rules=rules, day=closes - datetime.timedelta(days=1))
    after = birth_rules(atlas, lobbes, rules=rules, day=closes)
    assert before.maternity.name == "maternity-be-3210"
    assert before.minutes < 3
    assert after.minutes > before.minutes
    assert after.gone.index[0] == "maternity-be-3210"
    assert "maternity-be-3210" not in before.gone.index


def test_doubt_about_the_origin_makes_a_close_call(atlas, rules):
    at = (4.2606, 50.3459)
    sure = birth_rules(atlas, Origin(*at, "a door"), rules=rules, day=TODAY)
    vague = birth_rules(atlas, Origin(*at, "a commune", "commune", 7000.0), rules=rules, day=TODAY)
    assert vague.minutes == sure.minutes
    assert vague.margin_min == pytest.approx(sure.margin_min + 14)
    assert vague.is_close_call
