"""What the figures on places rest on, and how sure they are."""

import pandas as pd
import streamlit as st

from finder.answers.place_figures import PlaceFigure, without_border
from finder.capacity.equity import METHOD_VERSION as EQUITY_VERSION
from finder.capacity.places_model import METHOD_VERSION as MODEL_VERSION
from finder.capacity.places_validation import mean_absolute_errors
from finder.pages import cached, components
from finder.pages.places_figures import interval_text
from finder.pages.places_question import Question
from finder.sources import store
from finder.words.messages import Messages
from finder.words.wording import decimal_text, share_text


def show_how_we_know(t: Messages, q: Question, figure: PlaceFigure) -> None:
    """Say what the figures rest on, and how much of them is unsure."""
    versions = ", ".join((figure.method, MODEL_VERSION, EQUITY_VERSION))
    texts = [
        t("places.how.model"),
        t("places.how.evidence", **_evidence_shares(t, figure)),
        t("places.how.tested", **_tested(t)),
        t("places.how.draws", count=figure.places_per_100.shape[1] - 1),
        t("places.how.children." + str(q.reach.year)),
        *(_reach_texts(t, q, figure) if q.has_reach else [t("places.how.territory")]),
        t("places.how.income_related"),
        t("places.how.brussels"),
        t("places.how.german"),
        t("places.how.sources"),
        t("places.how.versions", versions=versions),
    ]
    with st.expander(t("find.how"), key="places_how"):
        components.notes(texts)


def _evidence_shares(t: Messages, figure: PlaceFigure) -> dict[str, str]:
    """Return the share of children by what their commune's places rest on."""
    evidence = cached.atlas().modelled_places["evidence"].reindex(figure.children.index)
    shares = figure.children.groupby(evidence).sum() / figure.children.sum()
    counts = evidence.value_counts()
    return {
        **{kind: share_text(float(shares[kind]), t.language) for kind in shares.index},
        **{f"{kind}_count": str(counts[kind]) for kind in counts.index},
    }


def _tested(t: Messages) -> dict[str, str]:
    rows = store.load_modelled_places_validation()
    clear: pd.DataFrame = rows[~rows["is_doubtful"].astype(bool)]
    errors = mean_absolute_errors(rows)
    inside = clear["observed_pct"].between(clear["model_p10"], clear["model_p90"]).sum()
    return {
        "count": str(len(clear)),
        "error": decimal_text(errors["model"], t.language),
        "province": decimal_text(errors["province_mean"], t.language),
        "inside": str(inside),
    }


def _reach_texts(t: Messages, q: Question, figure: PlaceFigure) -> list[str]:
    share = float((figure.border_share * figure.children).sum() / figure.children.sum())
    inner, near_count = without_border(figure)
    whole = figure.pooled(figure.children.index.tolist())
    border = t(
        "places.how.border",
        share=share_text(share, t.language),
        near=near_count,
        whole=interval_text(whole, q.figure, t),
        inner=interval_text(inner, q.figure, t),
    )
    words = {"limit": f"{q.reach.limit_min:g}", "by": t("by." + q.reach.mode)}
    return [t("places.how.reach", **words), t("how." + q.reach.mode), border]
