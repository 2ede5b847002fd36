"""The answer of the page Find: who is nearest, from where, how sure, what to do next."""

from typing import Final

import pandas as pd

from finder.answers.shortlist import KindGroup
from finder.geo.geocode import nearest_place
from finder.pages import cached
from finder.pages.choices import FAMILY_KINDS, MOVED_KEY, flag_keys
from finder.pages.find_results import FAR_MIN, Results
from finder.pages.kinds import kind_text, kinds_text
from finder.pages.planned import planned_texts
from finder.words.messages import Messages
from finder.words.wording import date_text, minutes_text

LONG_WAY_MIN: Final = {"car": 60.0, "bike": 60.0, "walk": 45.0, "pram": 45.0}
"""Beyond this the page says what may serve better."""


def answer_texts(t: Messages, results: Results) -> list[str]:
    """Return the sentences of the answer; the first is the one to read when there is time for one."""
    start = results.start
    where = t("answer.from", place=start.label, doubt=start.doubt)
    return [*finding_texts(t, results), where, *_advice(t, results)]


def finding_texts(t: Messages, results: Results) -> list[str]:
    """Return who is nearest and how sure that is, without where from: fit for paper too."""
    by = t("by." + results.question.mode)
    group = results.first
    if group is None:
        return [_nothing(t, results, by)]
    first = group.found.iloc[0]
    texts = [far_text(t, group, by) if first["minutes"] > FAR_MIN else _nearest(t, group, first, by)]
    if MOVED_KEY in flag_keys(first):
        texts.append(t("answer.moved"))
    # It is there on a few days only: without its dates the minutes would mislead.
    texts += planned_texts(first, t)[:1]
    texts += _doubt(t, group.found)
    if group.kind == "hospital":
        texts.append(t("answer.hospital_list"))
    if not group.is_complete:
        texts.append(t("answer.incomplete"))
    if is_outside_one(results):
        texts.append(t("answer.outside_one"))
    return texts


def is_outside_one(results: Results) -> bool:
    """Return whether the place asked for lies in the German-speaking Community, where ONE has no say."""
    lat, lon = results.start.point
    atlas = cached.atlas()
    return bool(atlas.communes["is_german_community"].get(nearest_place(atlas.gazetteer, lon, lat).nis, False))


def far_text(t: Messages, group: KindGroup, by: str) -> str:
    """Return that nothing known is within reach, and what is the nearest all the same."""
    first = group.found.iloc[0]
    return t(
        "answer.far",
        kinds=kinds_text(t, group.kind),
        limit=minutes_text(FAR_MIN, t.language),
        by=by,
        name=first["name"],
        minutes=minutes_text(float(first["minutes"]), t.language),
    )


def _advice(t: Messages, results: Results) -> list[str]:
    group, mode = results.first, results.question.mode
    if group is None or group.found.iloc[0]["minutes"] <= LONG_WAY_MIN[mode]:
        return []
    if group.kind == "child_consultation":
        return [] if is_outside_one(results) else [t("answer.far_consultation")]
    if mode == "car":
        return [t("answer.long_way_car")]
    return [t("answer.long_way", by=t("by." + mode), label=t("find.mode"))]


def _nearest(t: Messages, group: KindGroup, first: "pd.Series[str]", by: str) -> str:
    words = {"name": first["name"], "minutes": minutes_text(float(first["minutes"]), t.language), "by": by}
    if group.kind in FAMILY_KINDS:
        start = "nearest." if group.is_complete else "known."
        return t("answer.nearest", nearest=t(start + group.kind), **words)
    return t("answer.nearest_of" if group.is_complete else "answer.known_of", kind=kind_text(t, group.kind), **words)


def _nothing(t: Messages, results: Results, by: str) -> str:
    """Say why there is no service: the filters, the way, or that none of them has a position."""
    if any(count.hidden_count for count in results.counts.values()):
        return t("filter.none_left")
    kind = results.question.kind
    if kind is None:
        return t("answer.stage_none")
    is_located = any(group.reached_count for group in results.groups) or not results.is_reachable
    return t("answer.none" if is_located else "answer.none_located", kind=kinds_text(t, kind), by=by)


def _doubt(t: Messages, found: pd.DataFrame) -> list[str]:
    """Say that the first may not be open, how old that is, and which one is known to be."""
    first = found.iloc[0]
    if first["status"] != "unconfirmed":
        return []
    as_of = first["as_of"]
    is_dated = isinstance(as_of, str)
    texts = [
        t("answer.unconfirmed", date=date_text(as_of, t.language)) if is_dated else t("answer.unconfirmed_undated")
    ]
    sure = found[found["status"] == "open"]
    if len(sure):
        minutes = minutes_text(sure.iloc[0]["minutes"], t.language)
        texts.append(t("answer.confirmed", name=sure.iloc[0]["name"], minutes=minutes))
    return texts


def border_texts(t: Messages, results: Results) -> list[str]:
    """Return what is known across the outer limit, where it is nearer than a service shown."""
    border = results.border
    farthest = {g.kind: results.shown(g)["minutes"].max() for g in results.groups if len(g.found)}
    kinds = [g.kind for g in results.groups if border.is_near and border.minutes <= farthest.get(g.kind, float("inf"))]
    if not kinds:
        return []
    texts = [t("border.near", minutes=minutes_text(border.minutes, t.language))]
    for known, key in ((border.known_kinds, "border.known"), (border.unknown_kinds, "border.unknown")):
        told = [kinds_text(t, kind) for kind in known if kind in kinds]
        if told:
            texts.append(t(key, kinds=", ".join(told)))
    return texts
