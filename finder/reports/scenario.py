"""The brief of a scenario: what it does, who gains and who loses, and how sure that is."""

import datetime
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import geopandas as gpd

from finder.answers.scenario_cost import NO_COSTS
from finder.answers.scenario_figures import ScenarioFigures
from finder.maps.documents.model import (
    Answer,
    Block,
    Document,
    Figure,
    Heading,
    Notes,
    Notice,
    Prose,
    Sources,
    Table,
)
from finder.maps.legend import class_labels
from finder.maps.palettes import CHANGE_MINUTES, CHANGE_PER_100, Scale
from finder.maps.svg_legend import MapLegend
from finder.maps.svg_map import choropleth_svg
from finder.reports.scenario_tables import (
    commune_table,
    cost_table,
    equity_table,
    income_table,
    limits_table,
    whole_table,
)
from finder.reports.scenario_words import action_text, answer_sentences, basis_sentence, number_text, remarks
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, date_text

COMMUNES_PRINTED: Final = 15


def scenario_document(
    t: Messages,
    figures: ScenarioFigures,
    *,
    title: str,
    communes: gpd.GeoDataFrame,
    names: Mapping[str, str],
    sites: Mapping[str, str],
    sources: Sequence[str],
    day: datetime.date,
    published: Sequence[str] = (),
) -> Document:
    """Return the brief of a scenario.

    Parameters
    ----------
    t
        Messages of the language of the brief.
    figures
        What was measured.
    title
        Of the scenario.
    communes
        Outlines of the communes, EPSG:3812, index ``nis``.
    names
        Names of the communes.
    sites
        Names of the sites by id.
    sources
        Attributions.
    day
        When it was made.
    published
        Sentences on what was published of the same scenario.
    """
    comparison = figures.comparison
    blocks: list[Block] = [Notice(t("modelled.notice"))] if figures.is_modelled else []
    blocks.append(Answer(tuple(answer_sentences(t, figures))))
    done = [action_text(t, action, sites) for action in comparison.scenario.actions]
    blocks.append(Notes(t("scenarios.actions"), tuple(done or [t("scenarios.no_action")])))
    if not figures.changes_nothing:
        blocks += [change_map(t, figures, communes, names), *_tables(t, figures, names)]
    if published:
        blocks += [Heading(t("scenarios.published.title")), Prose(tuple(published))]
    blocks.append(Notes(t("commune.notes.title"), tuple(remarks(t, figures))))
    blocks.append(Sources(t("commune.sources.title"), tuple(sources)))
    return Document(
        title=title,
        subtitle=basis_sentence(t, figures),
        language=t.language,
        blocks=tuple(blocks),
        footer=t("scenarios.footer", day=date_text(day.isoformat(), t.language), method=comparison.method),
        generated_on=day,
        kicker=t("scenarios.kicker"),
    )


def _tables(t: Messages, figures: ScenarioFigures, names: Mapping[str, str]) -> list[Block]:
    found: list[Block] = []
    for caption, rows in (
        (t("scenarios.losers"), figures.losers()),
        (t("scenarios.gainers"), figures.gainers()),
    ):
        if len(rows):
            found.append(commune_table(t, figures, names, caption=caption, rows=rows, count=COMMUNES_PRINTED))
    tables: list[Table] = [limits_table(t, figures), whole_table(t, figures), income_table(t, figures)]
    found += [*tables, equity_table(t, figures)]
    if figures.comparison.costs != NO_COSTS:
        found += [cost_table(t, figures.comparison.cost()), Prose((figures.comparison.costs.source,))]
    return found


def change_look(t: Messages, figures: ScenarioFigures) -> tuple[str, Scale, list[str], str]:
    """Return the figure whose change is drawn, its classes, their words and the title of the legend."""
    if figures.has_size and figures.kind == "day_care":
        column, scale, title = "per_100_change", CHANGE_PER_100, t("scenarios.legend.per_100")
        unit = ""
    else:
        column, scale, title, unit = "mean_min_change", CHANGE_MINUTES, t("scenarios.legend.min"), NO_BREAK + "min"
    return column, scale, scale_words(t, scale, unit), title


def scale_words(t: Messages, scale: Scale, unit: str) -> list[str]:
    """Return the words of the classes of a change."""

    def text(limit: float) -> str:
        digits = 0 if limit == round(limit) else 1
        return number_text(t, limit, digits=digits, is_signed=True)

    first, *_, last = class_labels(scale, text, unit=unit)
    # Signs on both sides of a dash would be hard to read.
    between = [t("scenarios.from_to", low=text(low), high=text(high) + unit) for low, high in pairwise(scale.limits)]
    return [first, *between, last]


def change_map(t: Messages, figures: ScenarioFigures, communes: gpd.GeoDataFrame, names: Mapping[str, str]) -> Figure:
    """Return the communes in the colour of their change; printed in words in the tables."""
    column, scale, labels, title = change_look(t, figures)
    legend = MapLegend(title, tuple(labels), t("scenarios.legend.empty"))
    drawn = choropleth_svg(
        communes, figures.table[column].reindex(communes.index), scale=scale, legend=legend, names={},
        width=500, height=300,
    )  # fmt: skip
    most = [names[str(nis)] for rows in (figures.losers(), figures.gainers()) for nis in rows.index[:3]]
    return Figure(drawn, "", t("scenarios.map_alt", names=", ".join(most)))
