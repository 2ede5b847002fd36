"""Answer, sheet, table and explanations of the page Coverage."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from finder.geo.episodes import FIRST_DAY
from finder.maps.charts import reach_chart
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, components
from finder.pages.coverage_question import CHOSEN_KEY, Question
from finder.pages.figures import FIGURES, sheet_rows
from finder.pages.i18n import Messages
from finder.pages.wording import count_text, date_text, minutes_text, share_text

MORE_THAN_MIN = (5, 10, 15)


def answer_texts(t: Messages, q: Question) -> list[str]:
    """Return the answer for the whole area in two sentences."""
    area = cached.access_table(q.kind, q.mode, q.day, q.rank, "area").iloc[0]
    words = {
        "people": t("people." + q.kind),
        "service": t(f"rank_service.{q.rank}.{q.kind}"),
        "by": t("by." + q.mode),
        "day": date_text(q.day.isoformat(), t.language),
    }
    median = minutes_text(area["median_min"], t.language)
    sites = len(cached.access(q.kind, q.mode, q.day).services)
    share = share_text(area["share_30"], t.language)
    first = t("coverage.answer", share=share, median=median, p90=minutes_text(area["p90_min"], t.language), **words)
    return [first, t.count("coverage.sites_count." + q.kind, sites, day=words["day"])]


def show_sheet(t: Messages, table: pd.DataFrame, names: "pd.Series[str]") -> None:
    """Show the sheet of the commune chosen; a list to choose from does what a click does."""
    order = names.sort_values(key=lambda s: s.str.normalize("NFD")).index.tolist()
    nis = st.selectbox(
        t("sheet.choose"), order, index=None, format_func=lambda code: names[code], key=CHOSEN_KEY,
        placeholder=t("sheet.hint"),
    )  # fmt: skip
    if nis is None:
        return
    commune = cached.atlas().communes.loc[nis]
    rows = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in sheet_rows(table.loc[nis], t)
    )
    border = table.loc[nis, "touches_border"]
    flags = [t("sheet.touches_border")] if border else []
    if commune["is_german_community"]:
        flags.append(t("sheet.german"))
    notes = "".join(f'<span class="fi-flag">{html.escape(text)}</span>' for text in flags)
    st.html(f'<div class="fi-sheet"><h2>{html.escape(names[nis])}</h2>{notes}<dl>{rows}</dl></div>')


def show_before_after(t: Messages, q: Question, names: "pd.Series[str]") -> None:
    """Say who travels longer to a maternity than on the first day we can rebuild."""
    if not q.is_dated or q.day == FIRST_DAY:
        return
    longer = cached.longer_ways_table(q.mode, FIRST_DAY, q.day)
    first_day, day = (date_text(d.isoformat(), t.language) for d in (FIRST_DAY, q.day))
    with st.expander(t("before.title", first=first_day, day=day)):
        total = longer.sum()
        counts = [count_text(total[f"longer_than_{limit}"], t.language) for limit in MORE_THAN_MIN]
        components.notes([t("before.answer", five=counts[0], ten=counts[1], fifteen=counts[2]), t("before.how")])
        shown = longer[longer["longer_than_5"] >= 1].sort_values("longer_than_5", ascending=False)
        frame = pd.DataFrame({t("table.commune"): names.reindex(shown.index)}).assign(
            **{t("before.column", limit=limit): np.rint(shown[f"longer_than_{limit}"]) for limit in MORE_THAN_MIN}
        )
        st.dataframe(frame, hide_index=True)


def show_reach(t: Messages, q: Question) -> None:
    """Draw the share of people within each limit: the whole area, and the commune chosen."""
    area = cached.access_table(q.kind, q.mode, q.day, q.rank, "area").iloc[0]
    zones = {t("coverage.whole_area"): area}
    nis = st.session_state.get(CHOSEN_KEY)
    if nis is not None:
        communes = cached.access_table(q.kind, q.mode, q.day, q.rank, "commune")
        zones = {str(cached.commune_names(t.language)[nis]): communes.loc[nis], **zones}
    limits = [10, 15, 20, 30, 45]
    rows = [
        {
            "zone": name,
            "limit_min": limit,
            "share": row[f"share_{limit}"],
            "label": share_text(row[f"share_{limit}"], t.language),
        }
        for name, row in zones.items()
        for limit in limits
    ]
    st.subheader(t("reach.title"))
    chart = reach_chart(
        pd.DataFrame(rows), x_title=t("reach.x"), y_title=t("reach.y"), value_title=t("reach.y"),
        zone_order=list(zones),
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")


def show_table(t: Messages, q: Question, table: pd.DataFrame, names: "pd.Series[str]") -> None:
    """Show every commune's figures, and let them be taken away."""
    st.subheader(t("table.title"))
    minutes = {
        figure.column: t("figure." + name) for name, figure in FIGURES.items() if name in {"median", "mean", "p90"}
    }
    shares = {figure.column: t("figure." + name) for name, figure in FIGURES.items() if figure.column not in minutes}
    shown = pd.DataFrame({"name": names.reindex(table.index), "people": table["people"]})
    shown = shown.join(table[list(minutes)].replace(np.inf, np.nan)).join(table[list(shares)] * 100)
    config = {
        "name": st.column_config.TextColumn(t("table.commune"), pinned=True),
        "people": st.column_config.NumberColumn(t("people.column." + q.kind), format="%d"),
        **{c: st.column_config.NumberColumn(f"{label} (min)", format="%.0f") for c, label in minutes.items()},
        **{c: st.column_config.NumberColumn(f"{label} (%)", format="%.0f") for c, label in shares.items()},
    }
    st.dataframe(shown.sort_values("name"), hide_index=True, column_config=config, height=420)
    _downloads(t, q, table, names)


def _downloads(t: Messages, q: Question, table: pd.DataFrame, names: "pd.Series[str]") -> None:
    communes = cached.atlas().communes
    frame = table.reset_index(names="nis").assign(
        kind=q.kind, mode=q.mode, day=q.day.isoformat(), rank=q.rank, method=cached.access(q.kind, q.mode, q.day).method
    )
    frame.insert(1, "name", names.reindex(table.index).to_numpy())
    sources = [*cached.attributions(), t("export.without_traffic")]
    stem = f"finder_{q.kind}_{q.mode}_{q.day.isoformat()}"
    with st.container(horizontal=True):
        st.download_button(t("export.csv"), lambda: csv_bytes(frame, attribution=sources), f"{stem}.csv", "text/csv")
        shapes = communes[["geometry"]].join(frame.set_index("nis")).reset_index(names="nis")
        st.download_button(
            t("export.gpkg"), lambda: geopackage_bytes(shapes, layer="access", attribution=sources), f"{stem}.gpkg",
            "application/geopackage+sqlite3",
        )  # fmt: skip


def show_how_we_know(t: Messages, q: Question, table: pd.DataFrame) -> None:
    """Say what the figures rest on, and how much of them is unsure."""
    answer = cached.access(q.kind, q.mode, q.day)
    area = cached.access_table(q.kind, q.mode, q.day, q.rank, "area").iloc[0]
    texts = [
        t("how.figures", people=t("people." + q.kind), year=answer.question.year, method=answer.method),
        t("how." + q.mode),
        t("how.border_" + q.kind),
        t("how.border_count", count=int(table["touches_border"].sum())),
        t("how.unsure", unreachable=count_text(area["unreachable_people"], t.language),
          far=count_text(area["far_snapped_count"], t.language),
          synthetic=share_text(area["synthetic_share"], t.language)),
        t.count("how.unlocated", answer.unlocated_count),
        t("how.german"),
    ]  # fmt: skip
    with st.expander(t("find.how")):
        components.notes(texts)
