"""Which communes enter or leave the definitions of underserved because of a scenario, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.consultation_reach import ConsultationReach, measure_consultations
from finder.answers.measures import BEYOND_MIN, Measures, measure_communes
from finder.answers.modelled import CENTRAL
from finder.answers.places_reach import ReachQuestion, measure_places
from finder.answers.scenario import Comparison
from finder.answers.scenario_base import MODELLED_KINDS, ScenarioQuestion, base_of
from finder.answers.scenario_effects import reach_after
from finder.answers.underserved import DEFAULT_KEYS, chosen_criteria, judge_criterion
from finder.capacity.scenario import CONSULTATION, DAY_CARE
from finder.capacity.scenario_apply import apply
from finder.errors import UnknownKindError
from finder.units import Mode

COLUMNS: Final = ("share_before", "share_after", "change", "is_in_before", "is_in_after")
IN_SHARE: Final = 0.5
"""A commune is in a definition when it holds in more than half of the draws."""


def changed_definitions(
    atlas: Atlas,
    comparison: Comparison,
    *,
    keys: Sequence[str] = DEFAULT_KEYS,
    thresholds: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return every commune and definition where a scenario changes the share of the draws in which it holds.

    The scenario's actions on day care and on consultations both count, whatever kind the comparison looks at.

    Parameters
    ----------
    atlas
        The data.
    comparison
        Its scenario, year, mode of the floating catchments and their limit.
    keys, thresholds
        As :func:`finder.answers.underserved.chosen_criteria`.

    Returns
    -------
    DataFrame
        Index (``definition``, ``nis``), changed rows only: :data:`COLUMNS`, the shares over the draws.

    Raises
    ------
    UnknownKindError
        If the comparison is of a kind that no definition speaks of.
    """
    question = comparison.question
    if question.kind not in MODELLED_KINDS:
        raise UnknownKindError(f"No definition of underserved speaks of {question.kind}: compare {DAY_CARE} instead.")
    before, after = _measures(atlas, comparison)
    parts = {}
    for rule in chosen_criteria(keys, thresholds):
        old, new = judge_criterion(before, rule).share(), judge_criterion(after, rule).share()
        table = pd.DataFrame({"share_before": old, "share_after": new, "change": new - old})
        table = table.assign(is_in_before=old > IN_SHARE, is_in_after=new > IN_SHARE)
        parts[rule.key] = table[table["change"].fillna(0.0) != 0]
    return pd.concat(parts, names=["definition", "nis"])[list(COLUMNS)]


def _measures(atlas: Atlas, comparison: Comparison) -> tuple[Measures, Measures]:
    """Return the measures of all communes before and after; what the scenario leaves alone is the same in both."""
    question, scenario = comparison.question, comparison.scenario
    care = replace(question, kind=DAY_CARE)
    places = measure_places(atlas, ReachQuestion(care.mode, care.limit_min, care.people_year))
    modes: tuple[Mode, ...] = tuple(BEYOND_MIN)
    reaches = {mode: measure_consultations(atlas, mode) for mode in modes}
    before = measure_communes(atlas, places, reaches)
    after = before
    if scenario.of_kind(CONSULTATION):
        changed = {mode: _consultations_after(atlas, comparison, mode) for mode in modes}
        after = measure_communes(atlas, places, changed)
    if scenario.of_kind(DAY_CARE):
        before, after = _with_day_care(atlas, comparison, care, before, after)
    return before, after


def _consultations_after(atlas: Atlas, comparison: Comparison, mode: Mode) -> ConsultationReach:
    base = base_of(atlas, replace(comparison.question, kind=CONSULTATION, mode=mode))
    sites = apply(comparison.scenario, base.reached.sites)
    return ConsultationReach(mode, reach_after(atlas, base, sites).minutes)


def _with_day_care(
    atlas: Atlas, comparison: Comparison, care: ScenarioQuestion, before: Measures, after: Measures
) -> tuple[Measures, Measures]:
    """Replace the measures of places on both sides by those of the same formula, so that nothing done is no change."""
    from finder.answers.scenario import compare

    if comparison.question != care:
        comparison = compare(
            atlas, comparison.scenario, kind=DAY_CARE, mode=care.mode, year=care.year, limit_min=care.limit_min
        )
    return (
        _replaced(before, {**comparison.base.coverage, "reachable_per_100": comparison.base.communes["per_100"]}),
        _replaced(after, {**comparison.coverage_after, "reachable_per_100": comparison.communes_after["per_100"]}),
    )


def _replaced(measures: Measures, figures: Mapping[str, pd.DataFrame]) -> Measures:
    served = measures.table.index
    draws = {name: frame.drop(columns=CENTRAL).reindex(served) for name, frame in figures.items()}
    central = {name: frame[CENTRAL].reindex(served) for name, frame in figures.items()}
    return Measures(measures.table.assign(**central), {**measures.draws, **draws})
