"""Ready-made scenarios of the maternities: the committed files, real figures, and what Sirius Insight published."""

import numpy as np
import pytest

from finder.answers.access import AccessQuestion, measure_access
from finder.answers.scenario import compare
from finder.answers.scenario_base import ScenarioQuestion, make_base, search_sites
from finder.answers.scenario_check import check_scenario, current_version, open_scenario
from finder.capacity.scenario import CONSULTATION, DAY_CARE, Move, Open, Resize, Scenario
from finder.capacity.scenario_apply import nothing
from finder.capacity.scenario_json import scenario_json
from finder.errors import SitePlaceError
from finder.settings import data_dir
from finder.sources.ready_scenarios import FIRST_NETWORK, read_ready_scenarios, ready_scenarios

FAR_FROM_OTHERS = ("marche", "libramont", "arlon", "st-vith", "chimay")
NEAR_OTHERS = ("sirius-mons-hainaut", "kce-heusy")
PUBLISHED_WOMEN = (9_000, 16_000)


@pytest.fixture(scope="module")
def ready():
    return read_ready_scenarios(data_dir())


def women(atlas, scenario):
    """Women 20-44 whose new way is longer than 25 min, or who lose more than so many minutes."""
    found = compare(atlas, scenario, people="women_20_44")
    after, people = found.after.minutes[:, 0], found.base.people.to_numpy()
    return people[(found.extra_min[:, 0] > 0) & (after > 25)].sum(), found.people()["value"]


def test_the_committed_files_are_those_the_episodes_give(atlas, ready):
    version = current_version(atlas, ready["kce-all"])
    made = ready_scenarios(atlas.services, atlas.episodes, atlas.communes["region"], version)
    assert {scenario.id: scenario for scenario in made} == ready
    for key, scenario in ready.items():
        assert (data_dir() / f"scenarios/{key}.json").read_text(encoding="utf-8") == scenario_json(scenario)
        check_scenario(atlas, scenario)
    assert open_scenario(atlas, scenario_json(ready["kce-huy"])) == ready["kce-huy"]


def test_the_base_of_a_scenario_is_the_access_that_pages_show(atlas, ready):
    found = compare(atlas, ready["kce-huy"])
    shown = measure_access(atlas, AccessQuestion("maternity", "car", FIRST_NETWORK))
    np.testing.assert_array_equal(found.before.minutes[:, 0], shown.measured.minutes[:, 0])


def test_closing_far_from_others_costs_thousands_much_and_near_others_nobody_two_minutes(atlas, ready):
    longer, far = [], []
    for name in FAR_FROM_OTHERS:
        beyond_25, counts = women(atlas, ready[f"sirius-{name}"])
        longer.append(counts["longer_than_25"])
        far.append(beyond_25)
    # Read as a growth of 25 min the published 9,000-16,000 holds for Arlon only; read as a new way of more than 25 min
    # it lies within our range. Fewer than 9,000 women lose any time at all when Chimay closes.
    assert 2_400 < min(longer) < 2_700
    assert PUBLISHED_WOMEN[0] < max(longer) < PUBLISHED_WOMEN[1]
    assert min(far) < PUBLISHED_WOMEN[0]
    assert PUBLISHED_WOMEN[1] < max(far)
    assert PUBLISHED_WOMEN[0] < np.mean(far) < PUBLISHED_WOMEN[1]
    for name in NEAR_OTHERS:
        assert women(atlas, ready[name])[1]["longer_than_2"] < 550


def test_all_closures_cost_more_than_each_and_eupen_gives_back_what_it_took(atlas, ready):
    one = [compare(atlas, s).people()["value"]["longer_than_10"] for k, s in ready.items() if "maternity-closure" in k]
    everything = compare(atlas, ready["maternity-changes-all"]).people()["value"]["longer_than_10"]
    assert len(one) == 6
    assert everything > max(one)
    took = compare(atlas, ready["maternity-closure-be-2850"]).people()["value"]["longer_than_5"]
    gave = compare(atlas, ready["maternity-eupen-reopens"]).people()["value"]["shorter_than_5"]
    assert took == pytest.approx(gave)


@pytest.mark.parametrize("kind", ["maternity", DAY_CARE, CONSULTATION])
def test_doing_nothing_is_exactly_zero_everywhere(atlas, kind):
    found = compare(atlas, nothing(base_date=FIRST_NETWORK, data_version=""), kind=kind)
    assert (found.people() == 0).to_numpy().all()
    assert (found.points()["extra_min"] == 0).all()
    assert found.changed_communes().empty
    for table in (found.summary(), found.equity(), found.by_income()):
        changes = table.filter(like="change") if "change" in table else table
        assert (changes == 0).to_numpy().all()


def test_one_real_change_of_day_care_equals_the_whole_network_measured_again(atlas):
    biggest = atlas.modelled.sites.index[atlas.modelled.places_total[:, 0].argsort()[::-1][:2]]
    scenario = Scenario(
        "real",
        "real",
        FIRST_NETWORK,
        "",
        (
            Open("new", DAY_CARE, 4.86, 50.465, places=42, income_related=True),
            Move(biggest[0], DAY_CARE, 5.33, 50.22),
            Resize(biggest[1], DAY_CARE, places=70),
        ),
    )
    found = compare(atlas, scenario)
    question = ScenarioQuestion(DAY_CARE, "car", FIRST_NETWORK)
    times = search_sites(atlas, "car", found.after.sites.table, cutoff_min=found.base.times.cutoff_min)
    whole = make_base(question, found.after.sites, times, found.base.people, found.base.zones)
    np.testing.assert_array_equal(found.after.minutes, whole.reached.minutes)
    np.testing.assert_array_equal(found.after.per_100, whole.reached.per_100)
    assert found.changed_communes().size > 0


def test_sites_outside_the_area_are_refused_by_the_number_of_the_action(atlas):
    sites = (Open("in", "maternity", 4.86, 50.465), Open("paris", "maternity", 2.35, 48.85))
    with pytest.raises(SitePlaceError, match=r"Action 2: paris"):
        compare(atlas, Scenario("x", "x", FIRST_NETWORK, "", sites))
