"""The map of the page Scenarios: what changes, the sites, and what a click on it proposes."""

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.scenario_coverage import communes_at
from finder.answers.scenario_figures import ScenarioFigures
from finder.capacity.scenario import DAY_CARE, SIZE_UNIT, Scenario
from finder.maps.cells import cell_layer
from finder.maps.choropleth import commune_layer, commune_outline_layer
from finder.maps.elements import ScriptLayer, fit_view, layer_group
from finder.maps.legend import LegendRow, class_labels, legend_html, legend_rows
from finder.maps.markers import Pin, origin_layer, service_layer
from finder.maps.palettes import CHANGE_MINUTES, CHANGE_PER_100, FEW_TO_MANY, MINUTES, PER_100, Scale
from finder.pages import cached, components, scenarios_state
from finder.pages.origin import point_key, text_key
from finder.pages.scenarios_question import Question
from finder.pages.scenarios_sites import site_at, sites_now, verbs_of
from finder.reports.scenario import scale_words
from finder.reports.scenario_words import number_text
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, change_text, count_text, minutes_text

MAP_KEY: Final = "scenarios_map"
SEEN_KEY: Final = "scenarios_seen"
VERB_KEY: Final = "scenarios_verb"
COMMUNE_KEY: Final = "scenarios_commune"
SITE_KEY: Final = "scenarios_site"
PREFIX: Final = "scenarios"
CLICK_DECIMALS: Final = 5
PIN_KIND: Final = {DAY_CARE: "creche"}
SESSIONS: Final = Scale((1, 2, 3, 4, 6, 8), FEW_TO_MANY, "above")
"""Sessions of a consultation a month per 100 children."""


def show_map(t: Messages, q: Question, figures: ScenarioFigures, names: Mapping[str, str]) -> None:
    """Show the map; a click on a site or on the ground proposes what to do there."""
    scenario = scenarios_state.work().scenario
    day = scenarios_state.day_of(q.kind)
    layers = [*change_layers(t, q, figures, names)]
    pins = _pins(t, q, scenario, sites_now(scenario, q.kind, day), st.session_state.get(COMMUNE_KEY))
    if pins:
        layers.append(service_layer(pins))
    point = st.session_state.get(point_key(PREFIX))
    if point is not None:
        layers.append(origin_layer(*point, title=t("scenarios.here")))
    components.show_map(
        t, layer_group(*layers, fit_view(components.WHOLE_AREA, token="scenarios", padding_px=0)), key=MAP_KEY,
        title=t("scenarios.map_title"), height=560, returned=["last_clicked", "last_object_clicked"],
        on_change=partial(take_click, q.kind, day),
    )  # fmt: skip
    hints = [t("scenarios.click_hint"), *([t("scenarios.sites_hint")] if q.is_modelled else [])]
    components.notes([*hints, *([t("scenarios.numbers_hint")] if scenario.of_kind(q.kind) else [])])


def show_plain_map(t: Messages, q: Question, figures: ScenarioFigures, names: Mapping[str, str], *, key: str) -> None:
    """Show a map of a scenario without anything to click."""
    scenario = figures.comparison.scenario
    pins = _pins(t, q, scenario, sites_now(scenario, q.kind, figures.comparison.question.day), None)
    layers = [*change_layers(t, q, figures, names), *([service_layer(pins)] if pins else [])]
    group = layer_group(*layers, fit_view(components.WHOLE_AREA, token=key, padding_px=0))
    components.show_map(t, group, key=key, title=t("scenarios.map_title"), height=420, returned=[])


def change_layers(t: Messages, q: Question, figures: ScenarioFigures, names: Mapping[str, str]) -> list[ScriptLayer]:
    """Return the coloured ground: the points that change, or all communes before or after."""
    scale = scale_of(q.show, q.kind)
    tips = _tooltips(t, figures, names)
    if q.show.startswith("change"):
        changed = changed_points(q, figures)
        words = [t("scenarios.cell", change=text) for text in scale_labels(t, q)]
        cells = cell_layer(
            changed, changed[_point_column(q.show)], people=changed["people"], scale=scale, class_texts=words
        )
        return [commune_outline_layer(tooltips=tips), *([cells] if len(changed) else [])]
    return [commune_layer(figures.table[_commune_column(q.show)], scale=scale, tooltips=tips)]


def changed_points(q: Question, figures: ScenarioFigures) -> pd.DataFrame:
    """Return the points with people whose figure changes."""
    points = figures.points
    return points[(points[_point_column(q.show)] != 0) & (points["people"] > 0)]


def _point_column(show: str) -> str:
    return "extra_min" if show.endswith("min") else "extra_per_100"


def _commune_column(show: str) -> str:
    end, _, what = show.partition("_")
    return f"{'mean_min' if what == 'min' else 'per_100'}_{end}"


def scale_of(show: str, kind: str) -> Scale:
    """Return the classes of what the map shows."""
    is_change, is_minutes = show.startswith("change"), show.endswith("min")
    if is_minutes:
        return CHANGE_MINUTES if is_change else MINUTES
    if is_change:
        return CHANGE_PER_100 if kind == DAY_CARE else Scale((-2, -1, -0.2, 0.2, 1, 2), CHANGE_PER_100.colours)
    return PER_100 if kind == DAY_CARE else SESSIONS


def scale_labels(t: Messages, q: Question) -> list[str]:
    """Return the words of the classes."""
    scale, unit = scale_of(q.show, q.kind), NO_BREAK + "min" if q.show.endswith("min") else ""
    if q.show.startswith("change"):
        return scale_words(t, scale, unit)
    return class_labels(scale, lambda limit: number_text(t, limit), unit=unit)


def show_legend(t: Messages, q: Question, figures: ScenarioFigures) -> None:
    """Show the legend, with people by class where points are drawn; none where nothing is drawn."""
    scale, labels, title = scale_of(q.show, q.kind), scale_labels(t, q), t("scenarios.show." + q.show)
    if q.show.startswith("change"):
        if changed_points(q, figures).empty:
            return
        # Everybody is counted: those for whom nothing changes are in the class around zero.
        classes = scale.classes(figures.points[_point_column(q.show)])
        people = np.bincount(classes[classes >= 0], figures.points["people"][classes >= 0], minlength=len(labels))
        rows = [LegendRow(c, label, round(n)) for c, label, n in zip(scale.colours, labels, people, strict=True)]
        html = legend_html(
            rows, title=title, count_text=lambda n: t("scenarios.people_count", count=count_text(n, t.language))
        )
    else:
        values = figures.table[_commune_column(q.show)]
        rows = legend_rows(values, scale, labels, empty_label=t("scenarios.legend.empty"))
        html = legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n))
    st.html(html)


def _tooltips(t: Messages, figures: ScenarioFigures, names: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for nis, row in figures.table.iterrows():
        change = row["mean_min_change"]
        ends = {end: minutes_text(row[f"mean_min_{end}"], t.language) for end in ("before", "after")}
        way = t("scenarios.tip", change=change_text(change, t.language), **ends)
        lines = [names[str(nis)], way]
        if figures.has_size and pd.notna(row["per_100_before"]):
            before, after = (number_text(t, row[f"per_100_{end}"], digits=1) for end in ("before", "after"))
            lines.append(f"{before} → {after} {t('scenarios.unit.' + figures.kind)}")
        texts[str(nis)] = "\n".join(lines)
    return texts


def _pins(t: Messages, q: Question, scenario: Scenario, sites: pd.DataFrame, nis: str | None) -> list[Pin]:
    """Return changed sites, numbered as in the list, and the others: all real ones, the modelled of a commune."""
    shown = sites[(sites["did"] != "") | (sites["is_open"] & ((sites["nis"] == nis) | (not q.is_modelled)))]
    numbers = {action.site_id: number for number, action in reversed(scenario.of_kind(q.kind))}
    return [_pin(t, q, row, numbers.get(str(key), 0)) for key, row in shown.to_dict("index").items()]


def _pin(t: Messages, q: Question, row: Mapping[Any, Any], number: int) -> Pin:
    did = str(row["did"])
    lines = (
        t("scenarios.state." + (did or "same")),
        *([size_words(t, q.kind, float(str(row["size"])))] if SIZE_UNIT[q.kind] else []),
    )
    note = t("scenarios.site_modelled") if q.is_modelled else t("scenarios.site_real")
    return Pin(
        lat=float(str(row["lat"])), lon=float(str(row["lon"])), kind=PIN_KIND.get(q.kind, q.kind),
        title=str(row["name"]),
        lines=lines, notes=(note,), is_chosen=bool(did), rank=number,
        is_uncertain=did == "close" or (q.is_modelled and not did), is_small=not did,
    )  # fmt: skip


def size_words(t: Messages, kind: str, size: float) -> str:
    """Return a size with its unit."""
    if kind == DAY_CARE:
        return t.count("scenarios.places", round(size))
    return t("scenarios.sessions", count=number_text(t, size, digits=0 if size == round(size) else 1))


def take_click(kind: str, day: datetime.date) -> None:
    """Propose what can be done where the visitor clicked: on a site, or on empty ground."""
    state = st.session_state
    result = state.get(MAP_KEY)
    site, ground = (components.clicked_point(result, event) for event in ("last_object_clicked", "last_clicked"))
    seen = state.get(SEEN_KEY, (None, None))
    state[SEEN_KEY] = (site, ground)
    scenario: Scenario = scenarios_state.work().scenario
    sites = sites_now(scenario, kind, day)
    found = (
        site_at(sites[sites["is_open"] | (sites["did"] != "")], site) if site is not None and site != seen[0] else None
    )
    if found is not None:
        _take_site(kind, sites, found)
    elif ground is not None and ground != seen[1]:
        _take_ground(ground)


def _take_site(kind: str, sites: pd.DataFrame, site_id: str) -> None:
    state = st.session_state
    if state.get(VERB_KEY) not in ("close", "resize", "move"):
        state[VERB_KEY] = "resize" if "resize" in verbs_of(kind, sites) else "close"
    nis = sites["nis"][site_id]
    state[COMMUNE_KEY] = nis if isinstance(nis, str) else state.get(COMMUNE_KEY)
    state[SITE_KEY] = site_id
    state[point_key(PREFIX)] = None


def _take_ground(point: tuple[float, float]) -> None:
    state = st.session_state
    if state.get(VERB_KEY) != "move" or state.get(SITE_KEY) is None:
        state[VERB_KEY] = "open"
        nis = communes_at(cached.atlas(), np.array([point[1]]), np.array([point[0]])).iloc[0]
        state[COMMUNE_KEY] = nis if isinstance(nis, str) else None
    state[point_key(PREFIX)] = (round(point[0], CLICK_DECIMALS), round(point[1], CLICK_DECIMALS))
    state[text_key(PREFIX)] = ""
