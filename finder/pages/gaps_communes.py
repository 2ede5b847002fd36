"""The communes of the page Gaps: answer, map, legend, the sheet of one, and those where most draws agree."""

import html
from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from finder.answers.measures import Measures
from finder.answers.underserved import Judgement, certainty_counts, expected_table
from finder.capacity.certainty import certainty
from finder.capacity.definitions import CHILDREN
from finder.capacity.underserved import AGREEMENT_KEY
from finder.geo.access import FLAG_SHARE
from finder.geo.folding import fold
from finder.maps.choropleth import commune_layer
from finder.maps.elements import fit_view, layer_group
from finder.maps.legend import class_labels, legend_html, legend_rows
from finder.maps.palettes import DRAW_SHARE
from finder.pages import cached, components
from finder.pages.coverage_question import CHOSEN_KEY, take_click
from finder.pages.gaps_question import LIMITS, Question
from finder.pages.gaps_words import (
    certainty_text,
    definition_name,
    range_text,
    rounded_children,
    share_short,
    share_words,
)
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, count_text, decimal_text

MAP_KEY = "gaps_map"
LIST_COUNT = 12


def shown_name(t: Messages, q: Question, key: str) -> str:
    """Return the name of a definition with the limit asked for, or of the agreement."""
    if key == AGREEMENT_KEY:
        return t("gaps.agreement", least=q.at_least, of=len(q.keys))
    return definition_name(t, key, q.limit(key) if key in LIMITS else 0.0)


def answer_texts(t: Messages, q: Question, measures: Measures, found: Judgement) -> list[str]:
    """Return the answer: expected communes and children with their range, and how many communes are sure."""
    row = expected_table(found, measures.table[CHILDREN]).to_dict("index")[q.show]
    sure = certainty_counts(found.shares[q.show], measures.table[CHILDREN])["zones_count"]
    number = {
        "count": count_text(row["holds_count"], t.language),
        "of": count_text(len(found.shares), t.language),
        "low": count_text(row["holds_count_p10"], t.language),
        "high": count_text(row["holds_count_p90"], t.language),
        "children": range_text(t, *(rounded_children(row["holds_children" + end]) for end in ("", "_p10", "_p90"))),
    }
    if q.show == AGREEMENT_KEY:
        first = t("gaps.answer_agreement", least=q.at_least, definitions=len(q.keys), **number)
    else:
        first = t("gaps.answer_definition", definition=shown_name(t, q, q.show), **number)
    counts = {name: count_text(sure[name], t.language) for name in ("certain_yes", "likely", "unsure", "unknown")}
    counts["no"] = count_text(sure["likely_no"] + sure["certain_no"], t.language)
    texts = [first, t("gaps.answer_sure", **counts)]
    return [*texts, t("gaps.answer_unknown", **counts)] if sure["unknown"] else texts


def show_map(t: Messages, q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]) -> None:
    """Show the share of the draws by commune."""
    shares = found.shares[q.show]
    layer = commune_layer(
        shares,
        scale=DRAW_SHARE,
        tooltips=_tooltips(t, q, measures, found, names),
        chosen=st.session_state.get(CHOSEN_KEY),
        uncertain=certainty(shares) == "unsure",
    )
    group = layer_group(layer, fit_view(components.WHOLE_AREA, token="gaps", padding_px=0))
    components.show_map(
        t, group, key=MAP_KEY, title=t("gaps.map_communes"), height=560, returned=["last_object_clicked"],
        on_change=partial(take_click, MAP_KEY),
    )  # fmt: skip


def _tooltips(
    t: Messages, q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]
) -> dict[str, str]:
    communes = ranked_communes(q, measures, found).to_dict("index")
    texts = {nis: f"{name}\n{t('sheet.german')}" for nis, name in names.items() if nis not in communes}
    for nis, row in communes.items():
        lines = [
            names[str(nis)],
            share_words(t, row["share"], row["certainty"]),
            t("gaps.mean_count", count=decimal_text(row["mean_holds_count"], t.language), of=len(q.keys)),
        ]
        if row["border_share"] >= FLAG_SHARE:
            lines.append(t("gaps.border_short"))
        texts[str(nis)] = "\n".join(lines)
    return texts


def share_labels(t: Messages) -> list[str]:
    """Return the words of the classes of a share of draws."""
    unit = "%" if t.language == "en" else f"{NO_BREAK}%"
    return class_labels(DRAW_SHARE, lambda share: f"{share * 100:g}", unit=unit)


def show_legend(t: Messages, q: Question, found: Judgement) -> None:
    """Show the classes with their communes, those outside ONE included."""
    drawn = found.shares[q.show].reindex(cached.atlas().communes.index)
    rows = legend_rows(
        drawn,
        DRAW_SHARE,
        share_labels(t),
        empty_label=t("gaps.legend_outside"),
        uncertain=certainty(drawn) == "unsure",
        uncertain_label=t("gaps.legend_unsure"),
    )
    title = t("gaps.legend", definition=shown_name(t, q, q.show))
    st.html(legend_html(rows, title=title, count_text=lambda n: t.count("legend.communes", n)))


def show_sheet(t: Messages, q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]) -> None:
    """Show every definition of the commune chosen."""
    order = sorted(names, key=lambda nis: fold(names[nis]))
    nis = st.selectbox(
        t("sheet.choose"), order, index=None, format_func=lambda code: names[code], key=CHOSEN_KEY,
        persist_state="session", placeholder=t("sheet.hint"),
    )  # fmt: skip
    if nis is None:
        return
    flags, rows = [], ""
    if nis in found.shares.index:
        shares = found.shares.T[nis]
        sure = certainty(shares)
        lines = [("", t("gaps.col.share"))]
        lines += [(shown_name(t, q, key), share_short(t, shares[key], sure[key])) for key in (AGREEMENT_KEY, *q.keys)]
        lines.append((t("gaps.col.children"), count_text(measures.table[CHILDREN][nis], t.language)))
        rows = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in lines)
        if measures.table["border_share"][nis] >= FLAG_SHARE:
            flags.append(t("gaps.border"))
    else:
        flags.append(t("sheet.german"))
    notes = "".join(f'<span class="fi-flag">{html.escape(text)}</span>' for text in flags)
    st.html(f'<div class="fi-sheet"><h2>{html.escape(names[str(nis)])}</h2>{notes}<dl>{rows}</dl></div>')


def show_list(t: Messages, q: Question, measures: Measures, found: Judgement, names: Mapping[str, str]) -> None:
    """Show the communes in which the most draws agree."""
    st.subheader(t("gaps.list"))
    components.notes([t("gaps.list_how", name=shown_name(t, q, q.show))])
    ranked = ranked_communes(q, measures, found).head(LIST_COUNT)
    with_agreement = q.show != AGREEMENT_KEY
    rows = [
        [
            names[str(nis)],
            count_text(row[CHILDREN], t.language),
            share_short(t, row["share"], row["certainty"]),
            decimal_text(row["mean_holds_count"], t.language),
            *([certainty_text(t, row["agreement"])] if with_agreement else []),
            t("gaps.border_short") if row["border_share"] >= FLAG_SHARE else "",
        ]
        for nis, row in ranked.to_dict("index").items()
    ]
    headers = [
        t("table.commune"), t("gaps.col.children"), t("gaps.col.share"), t("gaps.col.mean", of=len(q.keys)),
        *([t("gaps.agreement", least=q.at_least, of=len(q.keys))] if with_agreement else []), t("table.flags"),
    ]  # fmt: skip
    components.table(headers, rows, numeric=(1, 2, 3))


def ranked_communes(q: Question, measures: Measures, found: Judgement) -> pd.DataFrame:
    """Return the communes, those with the largest share of draws first; ties by the mean number of definitions."""
    frame = pd.DataFrame(
        {
            "share": found.shares[q.show],
            "certainty": certainty(found.shares[q.show]),
            "mean_holds_count": found.drawn.mean_holds_count(),
            "agreement": certainty(found.shares[AGREEMENT_KEY]),
        }
    ).join(measures.table[[CHILDREN, "border_share"]])
    return frame.sort_values(["share", "mean_holds_count"], ascending=False, kind="stable")
