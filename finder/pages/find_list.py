"""The lists of the page Find: a section per kind, with the cards of the nearest services and what else is known."""

import html
from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.shortlist import KindGroup
from finder.pages import cached, cards, components, doors, find_answer, find_kept, kinds
from finder.pages.choices import way_key
from finder.pages.find_question import Question
from finder.pages.find_results import FAR_MIN, SHOWN_MOST, Results, more_key, shown_count
from finder.words.messages import Messages

CHOSEN_KEY: Final = "find_chosen"
_CHOSEN_FOR: Final = "find_chosen_for"


def show_sections(t: Messages, results: Results) -> str | None:
    """Show a section per kind and return the service whose way is drawn."""
    listed = results.listed
    # Another question has another nearest: its way is drawn, not that of the service chosen before.
    asked = (results.start.point, results.question.stage, results.question.kind, results.question.mode)
    is_new = st.session_state.get(_CHOSEN_FOR) != asked
    if len(listed) and (is_new or st.session_state.get(CHOSEN_KEY) not in listed.index):
        st.session_state[CHOSEN_KEY] = listed.index[0]
    st.session_state[_CHOSEN_FOR] = asked
    chosen = str(st.session_state[CHOSEN_KEY]) if len(listed) else None
    st.html(f'<a class="fi-to-map" href="#fi-map" target="_self">{html.escape(t("find.to_map"))}</a>')
    for group in results.groups:
        if len(group.found):
            _show_section(t, results, group, chosen)
    return chosen


def _show_section(t: Messages, results: Results, group: KindGroup, chosen: str | None) -> None:
    mode = results.question.mode
    facts = kinds.kind_facts(t, group.kind)
    what = f"<p>{html.escape(facts['what'])}</p>" if "what" in facts else ""
    st.html(
        f'<div class="fi-section"><h2>{html.escape(kinds.kinds_text(t, group.kind))}</h2>{what}'
        f"{_official_first(t, group)}</div>"
    )
    shown = results.shown(group)
    if shown.empty:
        components.notes([find_answer.far_text(t, group, t("by." + mode))])
    for service_id, service in shown.iterrows():
        is_chosen = service_id == chosen
        with st.container(border=True, key=f"card-{'chosen-' if is_chosen else ''}{service['rank']}", gap=None):
            way = f"{t('by.' + mode)} · {t(way_key(mode, service))}"
            st.html(cards.card_html(service, t, way=way))
            with st.container(horizontal=True, gap="small"):
                _show_buttons(t, str(service_id), is_chosen=is_chosen)
    _show_more(t, results.question, group)


def _official_first(t: Messages, group: KindGroup) -> str:
    link = cards.safe_link(kinds.official_link(group.kind))
    if group.is_complete or link is None:
        return ""
    site = kinds.official_site(group.kind) or link
    anchor = f'<a href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">{html.escape(site)}</a>'
    # The sentence is ours and escaped; only the place for the link is filled afterwards.
    told = html.escape(t("find.official_first", site=components.SLOT)).replace(components.SLOT, anchor)
    return f'<p class="fi-first">{told}</p>'


def _show_buttons(t: Messages, service_id: str, *, is_chosen: bool) -> None:
    st.button(
        t("find.way_shown" if is_chosen else "find.show_way"), key=f"way-{service_id}", type="tertiary",
        disabled=is_chosen, icon=":material/route:", on_click=_choose, args=(service_id,),
    )  # fmt: skip
    is_kept = find_kept.is_kept(service_id)
    st.button(
        t("card.kept" if is_kept else "card.keep"), key=f"keep-{service_id}", type="tertiary",
        icon=":material/bookmark_added:" if is_kept else ":material/bookmark:", on_click=find_kept.toggle,
        args=(service_id,),
    )  # fmt: skip


def _choose(service_id: str) -> None:
    st.session_state[CHOSEN_KEY] = service_id


def _show_more(t: Messages, question: Question, group: KindGroup) -> None:
    near = int((group.found["minutes"] <= FAR_MIN).sum())
    shown, most = shown_count(question, group.kind), min(near, SHOWN_MOST)
    key = more_key(group.kind)
    if st.session_state.get(key):
        st.button(t("find.fewer"), key=f"{key}-button", type="tertiary", on_click=_set_more, args=(key, False))
    elif most > shown:
        label = t("find.more_of", count=most)
        st.button(label, key=f"{key}-button", type="tertiary", on_click=_set_more, args=(key, True))


def _set_more(key: str, is_more: bool) -> None:
    st.session_state[key] = is_more


def show_unlocated(t: Messages, results: Results) -> None:
    """List the services known by name but without a position: they could not be measured, and are not forgotten."""
    rows = pd.concat([group.unlocated for group in results.groups]) if results.groups else pd.DataFrame()
    if rows.empty:
        return
    with st.expander(t.count("find.unlocated", len(rows))):
        components.notes([t("find.unlocated_why")])
        lines = []
        for _, row in rows.sort_values(["locality", "name"]).iterrows():
            where = cards.address_text(row) or t("card.no_address")
            phone = f" · {row['phone']}" if isinstance(row["phone"], str) else ""
            kind = kinds.kind_text(t, row["kind"])
            lines.append(f"{row['name']} ({kind}) — {where}{phone} ({cards.source_text(row, t)})")
        components.notes(lines)


def show_other_kinds(t: Messages, question: Question) -> None:
    """Name the kinds of the stage of which we hold no list, with the page that does."""
    if question.kind is not None:
        return
    others = [kind for kind in kinds.kinds_of_stage(question.stage) if kind not in question.kinds]
    items = []
    for kind in others:
        facts = kinds.kind_facts(t, kind)
        link = cards.safe_link(kinds.official_link(kind))
        label = html.escape(t("find.official"))
        anchor = f' <a href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">{label}</a>' if link else ""
        items.append(f"<dt>{html.escape(facts['name'])}</dt><dd>{html.escape(facts['what'])}{anchor}</dd>")
    with st.expander(t("find.other_kinds")):
        components.notes([t("find.other_kinds_text")])
        st.html(f'<dl class="fi-method fi-kinds-list">{"".join(items)}</dl>')
        if "guide" in doors.ALL:
            st.page_link(
                doors.pages(t)["guide"], label=t("find.to_guide"), query_params={"stage": question.stage},
                icon=":material/menu_book:",
            )  # fmt: skip


def show_how_we_know(t: Messages, question: Question) -> None:
    """Say what the lists and the minutes rest on."""
    rows = cached.atlas().completeness
    texts = []
    for kind in question.kinds:
        whys = rows.loc[rows["kind"] == kind, "why_key"].drop_duplicates()
        texts += [f"{kinds.kinds_text(t, kind)} : {t('why.' + key)}" for key in whys]
        if kind in ("maternity", "hospital"):
            texts.append(t("how.border_" + kind))
    with st.expander(t("find.how")):
        components.notes([*texts, t("how." + question.mode), t("how.privacy")])
