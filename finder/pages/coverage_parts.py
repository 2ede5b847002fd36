"""Answer, sheet, table and explanations of the page Coverage."""

import html
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from finder.answers.notes import is_moved
from finder.geo.access import FLAG_SHARE
from finder.geo.episodes import FIRST_DAY, status_changes
from finder.geo.folding import fold
from finder.maps.export import csv_bytes, geopackage_bytes
from finder.pages import cached, components
from finder.pages.coverage_question import CHANGE_NAME, CHOSEN_KEY, Question
from finder.pages.figures import FIGURES, sheet_rows
from finder.words.messages import Messages
from finder.words.wording import count_text, date_text, minutes_text, share_text

MORE_THAN_MIN = (5, 10, 15)
LONGEST_COUNT = 8


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
    if q.figure == CHANGE_NAME and q.day > FIRST_DAY:
        first = t("coverage.answer_change", **_growth(t, cached.longer_ways_table(q.mode, FIRST_DAY, q.day)))
    return [first, t.count("coverage.sites_count." + q.kind, sites, day=words["day"])]


def show_sheet(t: Messages, table: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show the sheet of the commune chosen; a list to choose from does what a click does."""
    order = sorted(names, key=lambda nis: fold(names[nis]))
    nis = st.selectbox(
        t("sheet.choose"), order, index=None, format_func=lambda code: names[code], key=CHOSEN_KEY,
        persist_state="session",
        placeholder=t("sheet.hint"),
    )  # fmt: skip
    if nis is None:
        return
    commune = cached.atlas().communes.loc[nis]
    rows = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>"
        for name, text in sheet_rows(table.loc[[nis]].iloc[0], t)
    )
    border = table.loc[nis, "touches_border"]
    flags = [t("sheet.touches_border")] if border else []
    synthetic = float(table["synthetic_share"][nis])
    if synthetic >= FLAG_SHARE:
        flags.append(t("sheet.rests_on_synthetic", share=share_text(synthetic, t.language)))
    if commune["is_german_community"]:
        flags.append(t("sheet.german"))
    notes = "".join(f'<span class="fi-flag">{html.escape(text)}</span>' for text in flags)
    st.html(f'<div class="fi-sheet"><h2>{html.escape(names[str(nis)])}</h2>{notes}<dl>{rows}</dl></div>')


def show_longest(t: Messages, q: Question, table: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show the communes where the way is longest."""
    st.subheader(t("longest.title"))
    farthest = table.sort_values(["median_min", "mean_min"], ascending=False).head(LONGEST_COUNT)
    columns = ("median", "p90", "within_15", "within_30")
    rows = [
        [names[str(nis)], count_text(row["people"], t.language)]
        + [FIGURES[name].text(row[FIGURES[name].column], t) for name in columns]
        for nis, row in farthest.iterrows()
    ]
    headers = [t("table.commune"), t("people.column." + q.kind), *(t("figure." + name) for name in columns)]
    components.table(headers, rows, numeric=range(1, 6))


def show_before_after(t: Messages, q: Question, names: Mapping[str, str]) -> None:
    """Say who travels longer to a maternity than on the first day we can rebuild, and what changed since."""
    if q.kind != "maternity" or q.day == FIRST_DAY:
        return
    longer = cached.longer_ways_table(q.mode, FIRST_DAY, q.day)
    first, day = (date_text(d.isoformat(), t.language) for d in (FIRST_DAY, q.day))
    with st.expander(t("before.title", first=first, day=day)):
        components.notes([t("before.answer", **_growth(t, longer)), t("before.how"), *_moves_note(t, q)])
        st.html(f"<h4>{html.escape(t('before.events'))}</h4>")
        _show_events(t, q)
        shown = longer[longer["longer_than_5"] >= 1].sort_values("longer_than_5", ascending=False)
        if not len(shown):
            components.notes([t("before.none")])
            return
        rows = [
            [names[str(nis)], *(count_text(row[f"longer_than_{limit}"], t.language) for limit in MORE_THAN_MIN)]
            for nis, row in shown.iterrows()
        ]
        headers = [t("table.commune"), *(t("before.column", limit=limit) for limit in MORE_THAN_MIN)]
        components.table(headers, rows, numeric=(1, 2, 3))


def _moves_note(t: Messages, q: Question) -> list[str]:
    """Tell moves from closures: a site that moved to a place not located yet counts where it was."""
    services = cached.access(q.kind, q.mode, q.day).services
    names = services.loc[is_moved(services), "name"]
    return [t("before.moves", names=", ".join(names))] if len(names) else []


def _growth(t: Messages, longer: pd.DataFrame) -> dict[str, str]:
    total = longer.sum()
    counts = (count_text(total[f"longer_than_{limit}"], t.language) for limit in MORE_THAN_MIN)
    return dict(zip(("five", "ten", "fifteen"), counts, strict=True))


def _show_events(t: Messages, q: Question) -> None:
    atlas = cached.atlas()
    events = status_changes(atlas.episodes, FIRST_DAY, q.day)
    events = events[events["service_id"].map(atlas.services["kind"]) == "maternity"]
    rows = [
        [
            _event_date(event["date"], event["date_precision"], t),
            t("change." + event["change"]),
            str(atlas.services.loc[event["service_id"], "name"]),
        ]
        for _, event in events.iterrows()
    ]
    components.table([t("table.date"), t("table.change"), t("table.site")], rows)


def _event_date(date: str, precision: str, t: Messages) -> str:
    return date_text(date[: {"year": 4, "month": 7}.get(precision, 10)], t.language)


def show_reach(t: Messages, q: Question) -> None:
    """Draw the share of people within each limit, once opened: the whole area, and the commune chosen."""
    area = cached.access_table(q.kind, q.mode, q.day, q.rank, "area").iloc[0]
    zones = {t("coverage.whole_area"): area}
    nis = st.session_state.get(CHOSEN_KEY)
    if nis is not None:
        communes = cached.access_table(q.kind, q.mode, q.day, q.rank, "commune")
        zones = {cached.commune_names(t.language)[nis]: communes.loc[nis], **zones}
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
    panel = st.expander(t("reach.title"), key="coverage_reach", on_change="rerun")
    if not panel.open:
        return
    from finder.maps.charts import reach_chart  # altair takes a second to import: only who opens the chart waits

    chart = reach_chart(
        pd.DataFrame(rows), x_title=t("reach.x"), y_title=t("reach.y"), value_title=t("reach.y"),
        zone_order=list(zones),
    )  # fmt: skip
    panel.altair_chart(chart, width="stretch")


def show_table(t: Messages, q: Question, table: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Show every commune's figures once opened (the grid is heavy to load), and let them be taken away."""
    _downloads(t, q, table, names)
    panel = st.expander(t("table.title"), key="coverage_table", on_change="rerun")
    if not panel.open:
        return
    minutes = {
        figure.column: t("figure." + name) for name, figure in FIGURES.items() if name in {"median", "mean", "p90"}
    }
    shares = {figure.column: t("figure." + name) for name, figure in FIGURES.items() if figure.column not in minutes}
    shown = pd.DataFrame({"name": [names[str(nis)] for nis in table.index], "people": table["people"]})
    shown = shown.join(table[list(minutes)].replace(np.inf, np.nan)).join(table[list(shares)] * 100)
    config = {
        "name": st.column_config.TextColumn(t("table.commune"), pinned=True),
        "people": st.column_config.NumberColumn(t("people.column." + q.kind), format="%d"),
        **{c: st.column_config.NumberColumn(f"{label} (min)", format="%.0f") for c, label in minutes.items()},
        **{c: st.column_config.NumberColumn(f"{label} (%)", format="%.0f") for c, label in shares.items()},
    }
    panel.dataframe(shown.sort_values("name"), hide_index=True, column_config=config, height=420)


def _downloads(t: Messages, q: Question, table: pd.DataFrame, names: Mapping[str, str]) -> None:
    communes = cached.atlas().communes
    frame = table.reset_index(names="nis").assign(
        kind=q.kind, mode=q.mode, day=q.day.isoformat(), rank=q.rank, method=cached.access(q.kind, q.mode, q.day).method
    )
    frame.insert(1, "name", [names[str(nis)] for nis in table.index])
    sources = [*cached.attributions(), t("how." + q.mode)]
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
        *([t("how.women")] if answer.question.weight.startswith("women") else []),
    ]  # fmt: skip
    with st.expander(t("find.how")):
        components.notes(texts)
