"""Who may use a way: one line per rule."""

import pytest

from finder.geo.access_rules import CLASS_CODE, CLASS_RULES, MODE_BIT, access_mask, road_class


def allowed(**tags):
    """Return for each mode "><" for both directions, ">" or "<" for one, "" for closed."""
    mask = access_mask({key.replace("__", ":"): value for key, value in tags.items()})
    return {mode: (">" if mask & bit else "") + ("<" if mask & 2 * bit else "") for mode, bit in MODE_BIT.items()}


#   tags                                                                    car   bike  walk  pram
RULES = [
    ({"highway": "residential"},                                            "><", "><", "><", "><"),
    ({"highway": "motorway"},                                               ">",  "",   "",   ""),
    ({"highway": "motorway_link"},                                          ">",  "",   "",   ""),
    ({"highway": "motorway", "oneway": "no"},                               "><", "",   "",   ""),
    ({"highway": "trunk"},                                                  "><", "",   "",   ""),
    ({"highway": "trunk", "foot": "yes", "bicycle": "yes"},                 "><", "",   "",   ""),
    ({"highway": "residential", "oneway": "yes"},                           ">",  ">",  "><", "><"),
    ({"highway": "residential", "oneway": "true"},                          ">",  ">",  "><", "><"),
    ({"highway": "residential", "oneway": "-1"},                            "<",  "<",  "><", "><"),
    ({"highway": "residential", "oneway": "reverse"},                       "<",  "<",  "><", "><"),
    ({"highway": "secondary", "junction": "roundabout"},                    ">",  ">",  "><", "><"),
    ({"highway": "secondary", "junction": "roundabout", "oneway": "-1"},    "<",  "<",  "><", "><"),
    ({"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"},  ">",  "><", "><", "><"),
    ({"highway": "residential", "oneway": "yes", "cycleway": "opposite"},   ">",  "><", "><", "><"),
    ({"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, ">", "><", "><", "><"),
    ({"highway": "residential", "oneway": "yes", "cycleway": "lane"},       ">",  ">",  "><", "><"),
    ({"highway": "residential", "oneway__bicycle": "yes"},                  "><", ">",  "><", "><"),
    ({"highway": "steps"},                                                  "",   "",   "><", ""),
    ({"highway": "steps", "bicycle": "yes"},                                "",   "",   "><", ""),
    ({"highway": "track"},                                                  "",   "><", "><", "><"),
    ({"highway": "track", "motorcar": "yes"},                               "",   "><", "><", "><"),
    ({"highway": "unclassified", "motorcar": "no"},                         "",   "><", "><", "><"),
    ({"highway": "unclassified", "motor_vehicle": "no"},                    "",   "><", "><", "><"),
    ({"highway": "service", "access": "private"},                           "",   "",   "",   ""),
    ({"highway": "service", "access": "private", "foot": "yes"},            "",   "",   "><", "><"),
    ({"highway": "service", "access": "no", "motorcar": "yes"},             "><", "",   "",   ""),
    ({"highway": "service", "access": "destination"},                       "><", "><", "><", "><"),
    ({"highway": "service", "access": "psv"},                               "",   "",   "",   ""),
    ({"highway": "service", "access": "Nouveau Marché aux Grains"},         "><", "><", "><", "><"),
    ({"highway": "residential", "vehicle": "no"},                           "",   "",   "><", "><"),
    ({"highway": "footway"},                                                "",   "",   "><", "><"),
    ({"highway": "footway", "bicycle": "yes"},                              "",   "><", "><", "><"),
    ({"highway": "footway", "access": "yes"},                               "",   "",   "><", "><"),
    ({"highway": "pedestrian", "motorcar": "yes"},                          "",   "",   "><", "><"),
    ({"highway": "path"},                                                   "",   "><", "><", "><"),
    ({"highway": "cycleway", "foot": "no"},                                 "",   "><", "",   ""),
    ({"highway": "bridleway"},                                              "",   "",   "><", ""),
    ({"highway": "road"},                                                   "><", "><", "><", "><"),
    ({"highway": "services"},                                               "><", "><", "><", "><"),
    ({"highway": "private"},                                                "",   "",   "",   ""),
    ({"highway": "route"},                                                  "",   "",   "",   ""),
    ({"highway": "construction"},                                           "",   "",   "",   ""),
    ({"route": "ferry", "motorcar": "yes"},                                 "",   "",   "",   ""),
]  # fmt: skip


@pytest.mark.parametrize(("tags", "car", "bike", "walk", "pram"), RULES)
def test_each_rule(tags, car, bike, walk, pram):
    assert allowed(**tags) == {"car": car, "bike": bike, "walk": walk, "pram": pram}


def test_class_codes_are_their_place_in_the_table_and_fit_five_bits():
    assert [rule.code for rule in CLASS_RULES] == list(range(len(CLASS_RULES)))
    assert len(CLASS_RULES) <= 32
    assert len(CLASS_CODE) == len(CLASS_RULES)


def test_old_values_are_read_as_a_class():
    assert road_class({"highway": "unsurfaced"}) == "track"
    assert road_class({"highway": "rest_area"}) == "service"
    assert road_class({}) is None
