"""What the page Scenarios keeps between two looks: ready-made scenarios, figures by scenario, the store."""

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.scenario import compare
from finder.answers.scenario_base import MODELLED_DAY, MODELLED_KINDS, ScenarioQuestion, sites_of
from finder.answers.scenario_check import check_scenario, open_scenario
from finder.answers.scenario_cost import NO_COSTS, CostInputs
from finder.answers.scenario_coverage import communes_at
from finder.answers.scenario_definitions import changed_definitions
from finder.answers.scenario_figures import ScenarioFigures, scenario_figures
from finder.capacity.scenario import SIZE_UNIT, Scenario
from finder.capacity.scenario_json import parse_scenario, scenario_json
from finder.pages.cached import atlas
from finder.settings import data_dir, database_url, store_path
from finder.sources import store as tables
from finder.sources.documents_store import DocumentStore, open_store
from finder.sources.ready_scenarios import data_version, read_ready_scenarios
from finder.units import Mode

KEPT: Final = 12
"""Compared scenarios kept for all visitors; each is up to 30 MB."""

STORED_KIND: Final = "scenario"
REAL_DATASETS: Final = ("services", "service_episodes", "demand_points_2020", "network_edges", "communes")
MODELLED_DATASETS: Final = ("modelled_sites", "demand_points_2020", "network_edges", "communes", "commune_figures")


@st.cache_resource(show_spinner=False)
def ready() -> dict[str, Scenario]:
    """Return the ready-made scenarios by id."""
    return read_ready_scenarios(data_dir())


@st.cache_data(show_spinner=False)
def kinds() -> list[str]:
    """Return the kinds of which scenarios may be made: real ones whose list is complete, and the modelled ones."""
    return [kind for kind in SIZE_UNIT if kind in MODELLED_KINDS or atlas().is_complete(kind)]


@st.cache_data(show_spinner=False)
def _version(kinds: tuple[str, ...]) -> str:
    return data_version([data_dir()], kinds)


def with_data(scenario: Scenario) -> Scenario:
    """Return a scenario made on this page as one of the data at hand."""
    return replace(scenario, data_version=_version(scenario.kinds))


def checked(scenario: Scenario, mode: Mode) -> Scenario:
    """Return a changed scenario once all of it can be used; errors as :func:`check_scenario`."""
    made = with_data(scenario)
    check_scenario(atlas(), made, mode=mode)
    return made


def opened(text: str | bytes) -> Scenario:
    """Return a scenario from outside once all of it can be used; errors as :func:`open_scenario`."""
    return open_scenario(atlas(), text)


def adopted(text: str | bytes) -> Scenario:
    """Return a scenario made with other data as one of the data at hand; errors as :func:`checked`."""
    return checked(parse_scenario(text), "car")


def figures(
    scenario: Scenario, kind: str, mode: Mode, people: str | None, costs: CostInputs = NO_COSTS
) -> ScenarioFigures:
    """Return what a scenario changes; unit costs change nothing that is measured."""
    # Its name and id change nothing that is measured.
    plain = scenario_json(replace(scenario, id="x", name="x"))
    found = _figures(plain, kind, mode, people)
    comparison = replace(found.comparison, scenario=scenario, costs=costs)
    return replace(found, comparison=comparison)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _figures(text: str, kind: str, mode: Mode, people: str | None) -> ScenarioFigures:
    found = compare(atlas(), parse_scenario(text), kind=kind, mode=mode, people=people)
    return scenario_figures(found)


def prepare_scenarios() -> None:
    """Measure the network that the page shows first."""
    made = with_data(Scenario("x", "x", datetime.date.today(), ""))
    figures(made, "maternity", "car", "women_15_49")


def definitions(found: ScenarioFigures) -> pd.DataFrame:
    """Return the communes that enter or leave definitions of underserved; some seconds."""
    question = found.comparison.question
    plain = scenario_json(replace(found.comparison.scenario, id="x", name="x"))
    return _definitions((plain, question.kind, question.mode), _found=found)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _definitions(question: tuple[str, str, Mode], *, _found: ScenarioFigures) -> pd.DataFrame:  # noqa: ARG001 - kept by it
    return changed_definitions(atlas(), _found.comparison)


@st.cache_resource(show_spinner=False, max_entries=8)
def base_sites(kind: str, day: datetime.date) -> pd.DataFrame:
    """Return the sites of a kind before any scenario: ``name``, ``lon``, ``lat``, ``is_open``, ``size``, ``nis``."""
    sites = sites_of(atlas(), ScenarioQuestion(kind, day=MODELLED_DAY if kind in MODELLED_KINDS else day))
    found = sites.table.assign(size=sites.size[:, 0])
    # Sites that the central network does not have stand in some draws only: too unsure to point at.
    found = found[(found["size"] > 0) | ~found["is_open"]]
    places = found[["lon", "lat"]].to_numpy(dtype="float64")
    return found.assign(nis=communes_at(atlas(), places[:, 0], places[:, 1]).to_numpy())


@st.cache_data(show_spinner=False)
def service_names() -> dict[str, str]:
    """Return the name of every service."""
    return {str(key): str(name) for key, name in atlas().services["name"].items()}


@st.cache_data(show_spinner=False)
def modelled_names() -> dict[str, str]:
    """Return the name of every modelled site."""
    return {str(key): str(name) for key, name in atlas().modelled.sites["name"].items()}


def site_names(scenario: Scenario) -> dict[str, str]:
    """Return the name of every site that the actions of a scenario speak of."""
    known = {**service_names()}
    modelled = modelled_names() if any(kind in MODELLED_KINDS for kind in scenario.kinds) else {}
    for action in scenario.actions:
        own = getattr(action, "name", "")
        if own or action.site_id in modelled:
            known[action.site_id] = own or modelled[action.site_id]
    return known


@st.cache_data(show_spinner=False)
def _attributions(datasets: Iterable[str]) -> list[str]:
    catalog = tables.load_catalog()
    return [str(text) for text in catalog.loc[catalog["id"].isin(list(datasets)), "attribution"].drop_duplicates()]


def attributions(kind: str) -> list[str]:
    """Return the attributions of what a comparison of a kind is made of."""
    return _attributions(MODELLED_DATASETS if kind in MODELLED_KINDS else REAL_DATASETS)


def store() -> DocumentStore:
    """Return the store of scenarios."""
    return _store(database_url() or str(store_path()))


@st.cache_resource(show_spinner=False)
def _store(address: str) -> DocumentStore:
    return open_store(address)
