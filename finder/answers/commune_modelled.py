"""What the modelled network says of one commune: places, consultations, measures, definitions, its rank."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.intervals import HIGH, LOW, interval_of
from finder.answers.measures import Measures
from finder.answers.modelled import TENURES
from finder.answers.pooled import pooled_intervals
from finder.answers.underserved import Judgement
from finder.capacity.certainty import certainty
from finder.capacity.definitions import BelowQuantile, Criterion, Definition
from finder.capacity.underserved import AGREEMENT_KEY
from finder.sources import store

CONSULTATION_TYPES: Final = ("classic", "antenna", "periodic", "house")
ONE_TENURES: Final = ("subsidised", "other")
"""Tenures of ONE's own places; Kind en Gezin's stand beside them in Brussels."""


@dataclass(frozen=True)
class Rank:
    """Place by coverage rate in the province, 1 the highest; ``best`` and ``worst``: its p10 and p90 over the draws."""

    place: int
    of_count: int
    best: int
    worst: int


@dataclass(frozen=True)
class ModelledPart:
    """Figures of a commune that rest on the modelled network.

    Attributes
    ----------
    places
        Index: tenures and ``total``; ``value``, ``p10``, ``p90`` of the places.
    consultations
        ``value``, ``p10``, ``p90`` of the consultations for children.
    consultation_types
        Central number by type.
    is_official
        The consultations come from a complete official list.
    evidence
        ``observed`` (a published value steers the places), ``bounded`` (a published limit does) or ``model``.
    measures, province, whole
        Index: measures; ``value``, ``p10``, ``p90`` of the commune, of its province, of all communes of ONE.
    is_uncertain
        By measure: the interval is wider than the value itself.
    definitions
        Index: keys; ``holds`` (nullable), ``share`` of the draws, ``certainty``, ``value``, ``limit`` and
        ``margin`` (value minus limit; nan for a rule of several figures).
    mean_holds_count, unknown_count
        Definitions that hold, the mean over the draws; those that cannot be told.
    agreement_share
        Share of the draws in which at least so many definitions hold as the judgement asks.
    rank
        Among the communes of its province.
    border_share
        Share of the children whose catchment of day care reaches the border; between 0 and 1.
    """

    places: pd.DataFrame
    consultations: "pd.Series[float]"
    consultation_types: dict[str, int]
    is_official: bool
    evidence: str
    measures: pd.DataFrame
    province: pd.DataFrame
    whole: pd.DataFrame
    is_uncertain: "pd.Series[bool]"
    definitions: pd.DataFrame
    mean_holds_count: float
    unknown_count: int
    agreement_share: float
    rank: Rank
    border_share: float


def modelled_part(atlas: Atlas, measures: Measures, judgement: Judgement, nis: str) -> ModelledPart:
    """Gather what the modelled network says of a commune that ONE serves."""
    communes = atlas.communes
    served = measures.table.index
    province = served[communes.loc[served, "province"] == communes.loc[nis, "province"]].tolist()
    consultations = store.load_modelled_consultations_by_commune(atlas.data_dir).loc[[nis]].to_dict("records")[0]
    counts = judgement.counts.loc[[nis]].to_dict("records")[0]
    own = pooled_intervals(measures, [nis])
    return ModelledPart(
        places=place_intervals(atlas, [nis]),
        consultations=pd.Series(
            {"value": consultations["count"], "p10": consultations["p10"], "p90": consultations["p90"]}, dtype="float64"
        ),
        consultation_types={kind: int(consultations[kind]) for kind in CONSULTATION_TYPES},
        is_official=bool(consultations["is_official"]),
        evidence=str(atlas.modelled_places["evidence"][nis]),
        measures=own,
        province=pooled_intervals(measures, province),
        whole=pooled_intervals(measures, served.tolist()),
        is_uncertain=(own["p90"] - own["p10"]) > own["value"].abs(),
        definitions=definition_lines(measures, judgement, nis),
        mean_holds_count=float(judgement.drawn.mean_holds_count()[nis]),
        unknown_count=int(counts["unknown_count"]),
        agreement_share=float(judgement.shares[AGREEMENT_KEY][nis]),
        rank=rank_in(measures, province, nis),
        border_share=float(measures.table["border_share"][nis]),
    )


def place_intervals(atlas: Atlas, nis: list[str]) -> pd.DataFrame:
    """Return places by tenure, of ONE (``one``) and in all (``total``) of communes together, over the draws."""
    rows = atlas.modelled_places_draws
    draws = rows[rows["nis"].isin(nis)].groupby("draw")[[f"places_{tenure}" for tenure in TENURES]].sum()
    draws.columns = list(TENURES)
    draws["one"] = draws[list(ONE_TENURES)].sum(axis=1)
    draws["total"] = draws[list(TENURES)].sum(axis=1)
    return interval_of(draws.T)


def definition_lines(measures: Measures, judgement: Judgement, nis: str) -> pd.DataFrame:
    """Return one row per definition: whether it holds, how surely, and how far the commune is from its limit."""
    rows = {}
    for rule in judgement.criteria:
        measure, limit = _measure_and_limit(rule, measures.table)
        value = float(measures.table[measure][nis]) if measure else np.nan
        rows[rule.key] = {
            "holds": judgement.flags.loc[nis, rule.key],
            "share": judgement.shares.loc[nis, rule.key],
            "value": value,
            "limit": limit,
            "margin": value - limit,
        }
    lines = pd.DataFrame.from_dict(rows, orient="index").astype({"holds": "boolean"})
    return lines.assign(certainty=certainty(lines["share"].astype("float64")))


def _measure_and_limit(rule: Criterion, table: pd.DataFrame) -> tuple[str, float]:
    if isinstance(rule, Definition):
        return rule.measure, rule.threshold
    return (rule.measure, rule.limit(table)) if isinstance(rule, BelowQuantile) else ("", np.nan)


def rank_in(measures: Measures, province: list[str], nis: str) -> Rank:
    """Rank a commune by coverage rate among those of its province; 1 is the highest, ties share the better rank."""
    own = measures.table.loc[province, "coverage_pct"].rank(ascending=False, method="min")
    draws = measures.draws["coverage_pct"].loc[province].rank(ascending=False, method="min").loc[nis].to_numpy()
    best, worst = np.quantile(draws, [LOW, HIGH])
    return Rank(int(own[nis]), len(province), int(best), int(np.ceil(worst)))
