"""Whether a scenario can be used with the data at hand: its data version, its sites, and where it puts new ones."""

import numpy as np

from finder.answers.atlas import Atlas
from finder.answers.scenario_base import ScenarioQuestion, sites_of
from finder.answers.scenario_coverage import communes_at
from finder.capacity.scenario import Move, Open, Scenario, require_data_version
from finder.capacity.scenario_apply import apply
from finder.capacity.scenario_json import parse_scenario
from finder.errors import SitePlaceError
from finder.settings import data_dir
from finder.sources.ready_scenarios import data_version
from finder.units import Mode


def current_version(atlas: Atlas, scenario: Scenario) -> str:
    """Return the fingerprint of the data that the kinds of a scenario come from."""
    return data_version([atlas.data_dir or data_dir()], scenario.kinds)


def open_scenario(atlas: Atlas, text: str | bytes) -> Scenario:
    """Return the scenario of a JSON text once all of it can be used.

    Raises
    ------
    ScenarioSizeError, ScenarioFormatError, SiteSizeError, ContradictionError
        As :func:`finder.capacity.scenario_json.parse_scenario`.
    ScenarioVersionError
        If it was made with other data.
    UnknownSiteError, ContradictionError, SitePlaceError
        As :func:`check_scenario`.
    """
    scenario = parse_scenario(text)
    require_data_version(scenario, current_version(atlas, scenario))
    check_scenario(atlas, scenario)
    return scenario


def check_scenario(atlas: Atlas, scenario: Scenario, *, mode: Mode = "car") -> None:
    """Refuse a scenario whose sites are unknown, or stand where nobody can go.

    Raises
    ------
    UnknownSiteError, ContradictionError
        As :func:`finder.capacity.scenario_apply.apply`.
    SitePlaceError
        If a new place lies outside Wallonia and Brussels, or too far from the roads of the mode.
    """
    check_places(atlas, scenario, mode=mode)
    for kind in scenario.kinds:
        apply(scenario, sites_of(atlas, ScenarioQuestion(kind, mode, scenario.base_date)))


def check_places(atlas: Atlas, scenario: Scenario, *, mode: Mode = "car") -> None:
    """Refuse a scenario that puts a site where nobody can go.

    Raises
    ------
    SitePlaceError
        If a new place lies outside Wallonia and Brussels, or too far from the roads of the mode.
    """
    placed = [
        (number, action)
        for number, action in enumerate(scenario.actions, start=1)
        if isinstance(action, Open | Move) and action.lon is not None
    ]
    if not placed:
        return
    lon = np.array([action.lon for _, action in placed], dtype=np.float64)
    lat = np.array([action.lat for _, action in placed], dtype=np.float64)
    outside = communes_at(atlas, lon, lat).isna().to_numpy()
    for (number, action), is_outside in zip(placed, outside, strict=True):
        if is_outside:
            raise SitePlaceError(
                f"Action {number}: {action.site_id} at {action.lon:.5f}, {action.lat:.5f} is outside Wallonia and"
                " Brussels. Choose a place inside."
            )
    far = ~atlas.roads(mode).snap(lon, lat).is_snapped
    for (number, action), is_far in zip(placed, far, strict=True):
        if is_far:
            raise SitePlaceError(
                f"Action {number}: {action.site_id} at {action.lon:.5f}, {action.lat:.5f} is too far from every road"
                f" for the mode {mode}. Put it on a street."
            )
