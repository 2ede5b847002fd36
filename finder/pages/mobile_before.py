"""Before and with the stops: children too far by province, communes that change class, who is left and why."""

from typing import Final

import pandas as pd
import streamlit as st

from finder.answers.children import by_commune, children_at_points
from finder.answers.mobile_effects import WHY_NOT
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_told import MobilePlan
from finder.capacity.definitions import BEYOND_SHARE
from finder.pages import cached, components
from finder.pages.mobile_words import about
from finder.reports.figures_text import province_text
from finder.words.messages import Messages
from finder.words.wording import count_text, minutes_text, share_text

NAMED: Final = 8
"""Communes named for each reason."""
LISTED: Final = 25
PROVINCE_COLUMNS: Final = ("province", "before", "after", "followed")
LIMIT_COLUMNS: Final = ("limit", "children", "communes", "areas")
COMMUNE_COLUMNS: Final = ("commune", "gap", "shares", "sessions")
LEFT_COLUMNS: Final = ("why", "children", "share")


def show_before_after(t: Messages, found: MobilePlan) -> None:
    """Show what the plan changes and what it leaves."""
    st.subheader(t("mobile_take.before.title"))
    components.notes([t("mobile_take.before.only_days")])
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_provinces(t, found)
    with right:
        _show_limits(t, found)
    _show_classes(t, found)
    _show_unserved(t, found)


def province_frame(found: MobilePlan, people: "pd.Series[float]", provinces: "pd.Series[str]") -> pd.DataFrame:
    """Return children beyond the limit before and with the stops by province, the most first.

    Parameters
    ----------
    found
        A plan with its table by commune.
    people
        Children of every commune by ``nis``, those without anybody in a gap too.
    provinces
        Province of every commune by ``nis``.

    Returns
    -------
    DataFrame
        Index province; ``children``, ``before``, ``after`` (children), ``before_share``, ``after_share``, ``followed``.
        Provinces with nobody beyond the limit are left out.
    """
    table = found.by_commune
    parts = pd.DataFrame(
        {
            "before": table["children"] * table["beyond_before_share"],
            "after": table["children"] * table["beyond_after_share"],
            "followed": table["followed"],
        }
    )
    sums = parts.groupby(provinces.reindex(parts.index)).sum()
    # Communes of the table alone would make the shares too large: all children of the province count.
    sums.insert(0, "children", people.groupby(provinces.reindex(people.index)).sum().reindex(sums.index))
    sums["before_share"], sums["after_share"] = sums["before"] / sums["children"], sums["after"] / sums["children"]
    return sums[sums["before"] > 0].sort_values("before", ascending=False)


def _show_provinces(t: Messages, found: MobilePlan) -> None:
    atlas = cached.atlas()
    # The German-speaking communes are outside ONE: neither their children nor their gaps are counted.
    communes = atlas.communes[~atlas.communes["is_german_community"].astype(bool)]
    people = by_commune(children_at_points(atlas, found.question.year, "children_0_5"), atlas).reindex(communes.index)
    frame = province_frame(found, people, communes["province"])
    rows = [
        [
            province_text(t, str(province)),
            f"{about(t, row['before'])} ({share_text(row['before_share'], t.language)})",
            f"{about(t, row['after'])} ({share_text(row['after_share'], t.language)})",
            about(t, row["followed"]),
        ]
        for province, row in frame.iterrows()
    ]
    headers = [t("mobile_take.before.col." + name) for name in PROVINCE_COLUMNS]
    st.markdown(f"**{t('mobile_take.before.provinces', limit=limit_text(t, found.question))}**")
    components.table(headers, rows, numeric=range(1, len(headers)))


def limit_text(t: Messages, question: MobileQuestion) -> str:
    """Return the limit of a gap in words."""
    return f"{minutes_text(question.limit_min, t.language)} {t('by.' + question.mode)}"


def _show_limits(t: Messages, found: MobilePlan) -> None:
    rows = []
    for row in found.before_after.to_dict("records"):
        told = {name: count_text(row[name], t.language) for name in row if name not in ("mode", "limit_min")}
        before, after = about(t, row["children_before"]), about(t, row["children_after"])
        rows.append(
            [
                f"{minutes_text(row['limit_min'], t.language)} {t('by.' + row['mode'])}",
                f"{before} → {after}",
                f"{told['communes_before']} → {told['communes_after']}",
                t("mobile_take.before.closed", count=told["areas_closed"], of=told["areas_before"]),
            ]
        )
    headers = [t("mobile_take.before.col." + name) for name in LIMIT_COLUMNS]
    st.markdown(f"**{t('mobile_take.before.limits')}**")
    components.table(headers, rows, numeric=range(1, len(headers)))
    components.notes([t("mobile_take.before.limits_note", half=share_text(BEYOND_SHARE, t.language))])


def changed_communes(found: MobilePlan) -> pd.DataFrame:
    """Return the communes where most children were beyond the limit and no longer are, the most children first."""
    table = found.by_commune
    was = table["beyond_before_share"] >= BEYOND_SHARE
    return table[was & (table["beyond_after_share"] < BEYOND_SHARE)].sort_values("gap_children", ascending=False)


def _show_classes(t: Messages, found: MobilePlan) -> None:
    table, names = changed_communes(found), cached.commune_names(t.language)
    half = share_text(BEYOND_SHARE, t.language)
    if table.empty:
        components.notes([t("mobile_take.before.no_change", half=half)])
        return
    with st.expander(t.count("mobile_take.before.changed", len(table), half=half)):
        headers = [t("mobile_take.before.col." + name) for name in COMMUNE_COLUMNS]
        rows = [
            [
                names[str(nis)], about(t, row["gap_children"]),
                " → ".join(share_text(row[f"beyond_{when}_share"], t.language) for when in ("before", "after")),
                count_text(row["sessions_per_month"], t.language),
            ]
            for nis, row in table.head(LISTED).iterrows()
        ]  # fmt: skip
        components.table(headers, rows, numeric=range(1, len(headers)))
        if len(table) > LISTED:
            components.notes([t("mobile_take.more", count=count_text(len(table) - LISTED, t.language))])


def _show_unserved(t: Messages, found: MobilePlan) -> None:
    names = cached.commune_names(t.language)
    st.markdown(f"**{t('mobile_take.left.title')}**")
    by_reason = found.unserved.groupby("reason")["children"].sum()
    left = float(by_reason.sum())
    if left < 0.5:
        components.notes([t("mobile_take.left.nobody")])
        return
    rows, where = [], []
    for reason in WHY_NOT:
        children, why = float(by_reason.get(reason, 0.0)), t("mobile_take.left.why." + reason)
        if children < 0.5:
            continue
        most = found.by_commune[reason].sort_values(ascending=False).head(NAMED)
        told = ", ".join(f"{names[str(nis)]} ({about(t, n)})" for nis, n in most.items() if n >= 0.5)
        rows.append([why, about(t, children), share_text(children / left, t.language)])
        if told:
            where.append(t("mobile_take.left.where", why=why, communes=told))
    components.table([t("mobile_take.left.col." + name) for name in LEFT_COLUMNS], rows, numeric=(1, 2))
    stay = float(found.demand.points["gap_children"].sum() - found.demand.points["coming"].sum())
    components.notes([*where, t("mobile_take.left.note", count=about(t, stay))])
