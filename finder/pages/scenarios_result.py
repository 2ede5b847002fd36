"""What a scenario changes, in tables: communes, incomes, limits, the whole, inequality, definitions, cost."""

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from finder.answers.scenario_cost import CostInputs
from finder.answers.scenario_figures import ScenarioFigures
from finder.capacity.scenario import CONSULTATION, DAY_CARE
from finder.maps.documents.model import Table
from finder.pages import components, scenarios_kept
from finder.pages.gaps_question import LIMITS
from finder.pages.gaps_words import definition_name
from finder.pages.scenarios_draft import Source
from finder.reports.scenario_tables import (
    commune_table,
    cost_table,
    equity_table,
    income_table,
    limits_table,
    whole_table,
)
from finder.reports.scenario_words import JUDGED_PEOPLE, published_sentences, remarks
from finder.words.messages import Messages
from finder.words.wording import share_text

COSTS: Final = {
    DAY_CARE: ("per_new_site_eur", "per_closed_site_eur", "per_new_place_eur", "per_place_year_eur"),
    CONSULTATION: ("per_new_site_eur", "per_closed_site_eur", "per_session_eur"),
}
REAL_COSTS: Final = ("per_new_site_eur", "per_closed_site_eur")
DEFINITIONS_SHOWN: Final = 40


def show_table(table: Table) -> None:
    """Show a table with its caption."""
    if table.caption:
        st.html(f'<h3 class="fi-caption">{html.escape(table.caption)}</h3>')
    components.table(table.headers, table.rows, numeric=table.numeric_columns)


def show_published(t: Messages, source: Source | None) -> None:
    """Show what was published of a ready-made scenario beside our figures."""
    ready = scenarios_kept.ready()
    if source is None or source.name != "ready" or source.value not in ready:
        return
    if source.value.startswith(("maternity-move-", "maternity-changes-")):
        components.notes([t("scenarios.moved_unknown")])
    if source.value.startswith("kce-"):
        components.notes([t("scenarios.kce_source")])
    texts = published_of(t, source)
    if texts:
        st.subheader(t("scenarios.published.title"))
        for text in texts:
            st.text(text)


def published_of(t: Messages, source: Source | None) -> list[str]:
    """Return the sentences on what was published of the scenario; none where there is nothing."""
    if source is None or source.name != "ready" or not source.value.startswith(("sirius-", "kce-heusy")):
        return []
    scenario = scenarios_kept.ready()[source.value]
    judged = scenarios_kept.figures(scenario, "maternity", "car", JUDGED_PEOPLE)
    return published_sentences(t, source.value, judged)


def show_communes(t: Messages, figures: ScenarioFigures, names: Mapping[str, str]) -> None:
    """Show the communes that lose and gain most."""
    for caption, rows in (
        (t("scenarios.losers"), figures.losers()),
        (t("scenarios.gainers"), figures.gainers()),
    ):
        if len(rows):
            show_table(commune_table(t, figures, names, caption=caption, rows=rows))


def show_tables(t: Messages, figures: ScenarioFigures) -> None:
    """Show limits crossed, the whole area, incomes and inequality."""
    left, right = st.columns(2, gap="medium")
    with left:
        show_table(limits_table(t, figures))
        show_table(whole_table(t, figures))
    with right:
        show_table(income_table(t, figures))
        show_table(equity_table(t, figures))
        components.notes([t("scenarios.equity_how")])


def show_definitions(t: Messages, figures: ScenarioFigures, names: Mapping[str, str]) -> None:
    """Show, once opened, the communes that enter or leave definitions of underserved: some seconds."""
    if not figures.is_modelled:
        return
    panel = st.expander(t("scenarios.definitions"), key="scenarios_definitions", on_change="rerun")
    if not panel.open:
        return
    with panel:
        with st.spinner(t("scenarios.definitions_wait"), show_time=True):
            found = scenarios_kept.definitions(figures)
        if found.empty:
            components.notes([t("scenarios.definitions_none")])
            return
        found = found.sort_values("change", key=abs, ascending=False, kind="stable")
        rows = []
        for row in found.head(DEFINITIONS_SHOWN).reset_index().to_dict("records"):
            key, nis = str(row["definition"]), str(row["nis"])
            shares = [share_text(row[f"share_{end}"], t.language) for end in ("before", "after")]
            crosses = row["is_in_before"] != row["is_in_after"]
            word = t("scenarios.enters" if row["is_in_after"] else "scenarios.leaves") if crosses else ""
            rows.append(
                [names[nis], definition_name(t, key, LIMITS[key].start if key in LIMITS else 0.0), *shares, word]
            )
        headers = [t("table.commune"), t("scenarios.col.definition")]
        headers += [t("scenarios.col.share_before"), t("scenarios.col.share_after"), t("scenarios.col.change")]
        components.table(headers, rows, numeric=(2, 3))
        components.notes([t("scenarios.definitions_count", shown=len(rows), count=len(found))])


def ask_costs(t: Messages, figures: ScenarioFigures) -> CostInputs | None:
    """Ask for unit costs and their source; show the cost, and return what was given once it has a source."""
    with st.expander(t("scenarios.costs"), key="scenarios_costs"):
        components.notes([t("scenarios.costs_how")])
        given: dict[str, float | None] = {}
        with st.container(horizontal=True):
            for name in COSTS.get(figures.kind, REAL_COSTS):
                given[name] = st.number_input(
                    t("scenarios.cost_input." + name), value=None, step=1000.0, format="%.0f", min_value=-1e9,
                    max_value=1e9, key=f"scenarios_cost_{name}", persist_state="session",
                )  # fmt: skip
        source = st.text_input(
            t("scenarios.cost_source"), key="scenarios_cost_source", max_chars=200, persist_state="session"
        )
        known = {name: value for name, value in given.items() if value is not None}
        if not known:
            return None
        if not source.strip():
            components.notes([t("scenarios.cost_source_first")])
            return None
        costs = CostInputs(**known, source=source.strip())
        show_table(cost_table(t, _with_costs(figures, costs).comparison.cost()))
        return costs


def _with_costs(figures: ScenarioFigures, costs: CostInputs) -> ScenarioFigures:
    return replace(figures, comparison=replace(figures.comparison, costs=costs))


def show_how_we_know(t: Messages, figures: ScenarioFigures) -> None:
    """Show what must be said with the figures."""
    st.subheader(t("commune.notes.title"))
    components.notes([*remarks(t, figures), *scenarios_kept.attributions(figures.kind)])
