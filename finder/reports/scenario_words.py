"""A scenario in words: its title, its actions, and the answer, the same on the page and in the brief."""

import datetime
from collections.abc import Mapping
from typing import Final

import pandas as pd

from finder.answers.scenario_figures import CHANGED_PEOPLE, ScenarioFigures
from finder.capacity.scenario import Action, Close, Move, Open, Resize, Scenario
from finder.reports.figures_text import bounds, row_of, signed_text
from finder.words.messages import Messages
from finder.words.wording import count_text, date_text, decimal_text

MORE_THAN: Final = 5
"""Minutes from which a change counts in the first sentence."""

FAR_SITES: Final = ("sirius-marche", "sirius-libramont", "sirius-arlon", "sirius-st-vith", "sirius-chimay")
NEAR_SITES: Final = ("sirius-mons-hainaut", "kce-heusy")
"""Ready-made scenarios of which Sirius Insight published a figure: far from, and near, another maternity."""

JUDGED_PEOPLE: Final = "women_20_44"
"""Whom the published figures count."""


def ready_title(t: Messages, scenario: Scenario, names: Mapping[str, str]) -> str:
    """Return the title of a ready-made scenario.

    Parameters
    ----------
    t
        Messages.
    scenario
        Of :func:`finder.sources.ready_scenarios.read_ready_scenarios`.
    names
        Name of each service by ``service_id``.
    """
    whole = {
        "maternity-changes-all": t("scenarios.ready.changes_all"),
        "maternity-stayed-all": t("scenarios.ready.stayed_all"),
        "maternity-eupen-reopens": t("scenarios.ready.eupen"),
        "kce-all": t("scenarios.ready.kce_all"),
    }
    if scenario.id in whole:
        return whole[scenario.id]
    name = names.get(scenario.actions[0].site_id, scenario.name) if scenario.actions else scenario.name
    year = (scenario.base_date + datetime.timedelta(days=1)).year
    for start, text in (
        ("maternity-closure-", t("scenarios.ready.closure", name=name, year=year)),
        ("maternity-move-", t("scenarios.ready.move", name=name, year=year)),
        ("maternity-stayed-", t("scenarios.ready.stayed", name=name)),
        ("kce-", t("scenarios.ready.kce", name=name)),
        ("sirius-", t("scenarios.ready.sirius", name=name)),
    ):
        if scenario.id.startswith(start):
            return text
    return scenario.name


def people_text(t: Messages, figures: ScenarioFigures) -> str:
    """Return who is counted, such as "women aged 15 to 49"."""
    return t("scenarios.people." + figures.comparison.question.weight)


def people_title(t: Messages, figures: ScenarioFigures) -> str:
    """Return :func:`people_text` as it begins a column."""
    text = people_text(t, figures)
    return text[:1].upper() + text[1:]


def action_text(t: Messages, action: Action, names: Mapping[str, str]) -> str:
    """Return an action as a sentence.

    Parameters
    ----------
    t, action
        Messages, and the action.
    names
        Name of each site by id.
    """
    name = names.get(action.site_id) or action.site_id
    if isinstance(action, Close):
        return t("scenarios.did.close", name=name)
    if isinstance(action, Move):
        return t("scenarios.did.move", name=name, lat=f"{action.lat:.4f}", lon=f"{action.lon:.4f}")
    size = size_text(t, action)
    if isinstance(action, Resize):
        return t("scenarios.did.resize", name=name, size=size) if size else t("scenarios.did.resize_back", name=name)
    named = action.name or name
    if action.lon is None:
        return t("scenarios.did.reopen", name=named)
    return t("scenarios.did.open_sized", name=named, size=size) if size else t("scenarios.did.open", name=named)


def size_text(t: Messages, action: Open | Resize) -> str:
    """Return the size of an action with its unit; empty without one."""
    if action.places is not None:
        return t.count("scenarios.places", action.places)
    if action.sessions_per_month is not None:
        return t("scenarios.sessions", count=f"{action.sessions_per_month:g}")
    return ""


def ranged(t: Messages, row: "pd.Series[float]", *, digits: int = 0, is_signed: bool = False) -> str:
    """Return a value with its interval over the draws, or alone where all draws agree."""
    texts = [number_text(t, value, digits=digits, is_signed=is_signed) for value in (row["value"], *bounds(row))]
    return texts[0] if len(set(texts)) == 1 else t("scenarios.range", value=texts[0], low=texts[1], high=texts[2])


def number_text(t: Messages, value: float, *, digits: int = 0, is_signed: bool = False) -> str:
    """Return a number with its decimals, as the language writes it; ``0`` has no sign."""

    def plain(number: float) -> str:
        if digits == 0:
            return count_text(number, t.language)
        if digits == 1:
            return decimal_text(number, t.language)
        text = f"{number:.{digits}f}".replace("-", "−")
        return text if t.language == "en" else text.replace(".", ",")

    if is_signed:
        return plain(0.0) if abs(value) < 0.5 * 10**-digits else signed_text(value, plain)
    return plain(value)


def answer_sentences(t: Messages, figures: ScenarioFigures) -> list[str]:
    """Return the answer: who gains and who loses, the mean way, what is in reach, and limits crossed."""
    people, who = figures.people, people_text(t, figures)
    if figures.changes_nothing:
        return [t("scenarios.nothing")]
    gain, lose = (row_of(people, f"{way}_than_{MORE_THAN}") for way in ("shorter", "longer"))
    texts = [
        t("scenarios.answer", gain=ranged(t, gain), lose=ranged(t, lose), people=who, limit=MORE_THAN),
        _any_change(t, figures),
    ]
    if figures.has_size:
        # Where nobody's way changes much, what matters is what is in reach: it takes that sentence's place.
        is_about_ways = max(gain["p90"], lose["p90"]) >= CHANGED_PEOPLE
        size = _size_sentence(t, figures)
        texts = [*texts, size] if is_about_ways else [size, texts[1]]
    crossed = _crossed(t, figures)
    if crossed:
        texts.append(crossed)
    if figures.is_modelled:
        texts.append(t("scenarios.answer_range"))
    return texts


def _any_change(t: Messages, figures: ScenarioFigures) -> str:
    people = figures.people
    mean = _as_value(row_of(figures.summary, "mean_min"))
    return t(
        "scenarios.answer_any",
        shorter=ranged(t, row_of(people, "shorter")),
        longer=ranged(t, row_of(people, "longer")),
        mean=ranged(t, mean, digits=2, is_signed=True),
    )


def _size_sentence(t: Messages, figures: ScenarioFigures) -> str:
    row = row_of(figures.summary, "per_100")
    change = ranged(t, _as_value(row), digits=2, is_signed=True)
    unit = t("scenarios.unit." + figures.kind)
    points, weight = figures.points, figures.points["people"]
    more, fewer = (float(weight[found].sum()) for found in (points["extra_per_100"] > 0, points["extra_per_100"] < 0))
    return t(
        "scenarios.answer_size",
        change=change, unit=unit, more=count_text(more, t.language), fewer=count_text(fewer, t.language),
    )  # fmt: skip


def _crossed(t: Messages, figures: ScenarioFigures) -> str:
    rows = {name: row_of(figures.people, name) for name in ("gained_30", "lost_30")}
    if all(abs(row["value"]) < CHANGED_PEOPLE for row in rows.values()):
        return ""
    return t("scenarios.answer_crossed", gained=ranged(t, rows["gained_30"]), lost=ranged(t, rows["lost_30"]))


def _as_value(row: "pd.Series[float]") -> "pd.Series[float]":
    """Return the change of a before-and-after row with the names of an interval."""
    return pd.Series({"value": row["change"], "p10": row["change_p10"], "p90": row["change_p90"]})


def basis_sentence(t: Messages, figures: ScenarioFigures) -> str:
    """Return on which network the scenario is laid, by which mode and for whom."""
    question = figures.comparison.question
    return t(
        "scenarios.basis",
        kind=t("scenarios.kind." + figures.kind),
        day=date_text(question.day.isoformat(), t.language),
        by=t("by." + question.mode),
        people=people_text(t, figures),
        year=question.people_year,
    )


def remarks(t: Messages, figures: ScenarioFigures) -> list[str]:
    """Return what must be said with the figures."""
    found = [basis_sentence(t, figures), t("scenarios.note.nearest"), t("scenarios.note.border")]
    if figures.is_modelled:
        limit = f"{figures.comparison.base.times.cutoff_min:g}"
        far = count_text(figures.comparison.beyond_cutoff_people, t.language)
        found.append(t("scenarios.note.cutoff", limit=limit, people=far))
    found.append(t("scenarios.note.method", method=figures.comparison.method))
    return found


def published_sentences(t: Messages, ready_id: str, judged: ScenarioFigures) -> list[str]:
    """Return the published figure of a ready-made scenario beside ours; nothing where there is none.

    Parameters
    ----------
    t
        Messages.
    ready_id
        Id of the ready-made scenario.
    judged
        Its figures by car, for :data:`JUDGED_PEOPLE`.
    """
    people = judged.people["value"]
    if ready_id in FAR_SITES:
        points = judged.points
        far = (points["minutes_after"] > 25) & (points["extra_min"] > 0)
        ours = {"extra": people["longer_than_25"], "new": points.loc[far, "people"].sum(), "any": people["longer"]}
        texts = {name: count_text(float(value), t.language) for name, value in ours.items()}
        return [t("scenarios.published.far"), t("scenarios.published.far_ours", **texts), t("scenarios.published.why")]
    if ready_id in NEAR_SITES:
        ours_text = count_text(float(people["longer_than_2"]), t.language)
        return [t("scenarios.published.near"), t("scenarios.published.near_ours", two=ours_text)]
    return []
