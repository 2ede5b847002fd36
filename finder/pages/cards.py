"""A service as a card, as a pop-up and as a row of a table; every text from data is escaped."""

import html
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from finder.answers.search_filters import sessions_of
from finder.maps.markers import Pin
from finder.maps.palettes import KIND_COLOURS
from finder.pages.choices import MOVED_KEY, flag_keys
from finder.pages.kinds import kind_facts, kind_text, request_link
from finder.pages.planned import is_planned, planned_texts
from finder.words.messages import Messages
from finder.words.session_text import sessions_text
from finder.words.wording import count_text, date_text, km_text, minutes_text

VAGUE_PRECISIONS: Final = ("street", "locality_centre")
"""Positions drawn as uncertain."""

LANGUAGE_CODES: Final = ("fr", "nl", "de", "en", "es", "ar", "tr", "it", "pt", "ro", "pl", "uk", "ru")
"""Languages we have names for."""


def safe_link(url: object) -> str | None:
    """Return ``url`` if it is a web address, else ``None``: nothing else may become a link."""
    if not isinstance(url, str):
        return None
    parts = urlsplit(url.strip())
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def address_text(service: "pd.Series[Any]") -> str:
    """Return street, postcode and locality as far as they are known."""
    town = " ".join(str(service[c]) for c in ("postcode", "locality") if isinstance(service[c], str))
    return ", ".join(part for part in (service["address"], town) if isinstance(part, str) and part)


def source_text(service: "pd.Series[Any]", t: Messages) -> str:
    """Return where a record comes from and of when: provenance, source, date."""
    as_of = service["as_of"]
    dated = date_text(as_of, t.language) if isinstance(as_of, str) else t("card.undated")
    return f"{t('provenance.' + service['provenance'])} · {dated}"


def card_html(service: "pd.Series[Any]", t: Messages, *, way: str, with_kind: bool = False) -> str:
    """Return the card of a service found, see :class:`finder.answers.shortlist.KindGroup` for the columns.

    Parameters
    ----------
    service
        One row.
    t
        Messages.
    way
        What the minutes leave out.
    with_kind
        Name the kind: where cards of several kinds stand together.
    """
    e = html.escape
    flags = flag_keys(service)
    chips = "".join(f'<span class="fi-flag">{e(t(key))}</span>' for key in flags)
    facts = [*([kind_text(t, service["kind"])] if with_kind else []), km_text(service["km"], t.language), way]
    opening = (_session_text(service, t), *planned_texts(service, t))
    known = [text for text in (address_text(service), " · ".join(_facts(service, t)), *opening) if text]
    return (
        f'<article class="fi-card"><div class="fi-card-head">'
        f'<span class="fi-rank" style="background:{KIND_COLOURS[service["kind"]]}">{int(service["rank"])}</span>'
        f"<h3>{e(service['name'])}</h3>"
        f'<span class="fi-minutes">{e(minutes_text(service["minutes"], t.language))}</span></div>'
        f"<p>{e(' · '.join(facts))}</p>{''.join(f'<p>{e(text)}</p>' for text in known)}{_links(service, t)}{chips}"
        f"{_details(service, t)}</article>"
    )


def _facts(service: "pd.Series[Any]", t: Messages) -> list[str]:
    facts = []
    if pd.notna(service["capacity_places"]):
        facts.append(t("card.places", count=count_text(float(service["capacity_places"]), t.language)))
    if isinstance(service["tariff"], str):
        facts.append(t("tariff." + service["tariff"]))
    if pd.notna(service["free_places"]):
        said_on = date_text(service["free_places_as_of"], t.language)
        facts.append(t("card.free_places", count=int(service["free_places"]), date=said_on))
    if pd.notna(service["step_free"]):
        facts.append(t("card.step_free" if service["step_free"] else "card.steps"))
    if isinstance(service["languages"], str):
        facts.append(languages_text(t, service["languages"]))
    return facts


def opening_text(service: "pd.Series[Any]", t: Messages) -> str:
    """Return when a service opens: in the reader's language where it can be read, else in the words of the source."""
    text = service["sessions"]
    if not isinstance(text, str):
        return ""
    sessions = sessions_of(text)
    return sessions_text(sessions, t) if sessions else t("card.as_said", text=text)


def _session_text(service: "pd.Series[Any]", t: Messages) -> str:
    """Return when the service opens and the next day that can be told from it."""
    opening = opening_text(service, t)
    if not opening:
        return ""
    day = service["next_day"]
    if not isinstance(day, str):
        return f"{opening} · {t('card.next_unknown')}"
    key = "card.next_unsure" if service["next_is_holiday"] else "card.next"
    return f"{opening} · {t(key, date=date_text(day, t.language))}"


def _links(service: "pd.Series[Any]", t: Messages) -> str:
    """Return what to press: telephone, the service's own page, the official page to ask for a place."""
    e = html.escape
    links = []
    if isinstance(service["phone"], str):
        number = telephone(service["phone"])
        links.append(f'<a href="tel:{number}">{e(service["phone"])}</a>' if number else e(service["phone"]))
    for url, key in ((service["url"], "card.site"), (request_link(service["kind"]), "card.request")):
        link = safe_link(url)
        if link:
            links.append(f'<a href="{e(link)}" target="_blank" rel="noopener noreferrer">{e(t(key))}</a>')
    return f'<p class="fi-links">{" · ".join(links)}</p>' if links else ""


def telephone(text: str) -> str:
    """Return a number as a link dials it, empty where the text is not one number."""
    digits = "".join(letter for letter in text if letter.isdigit())
    is_number = not any(letter.isalpha() for letter in text) and text.count("/") <= 1 and 3 <= len(digits) <= 12
    return ("+" if text.strip().startswith("+") else "") + digits if is_number else ""


def languages_text(t: Messages, codes: object) -> str:
    """Return languages by name; a code we have no name for stays as it is."""
    if not isinstance(codes, str):
        return ""
    known = [code.strip() for code in codes.split(";") if code.strip()]
    return ", ".join(t("language." + code) if code in LANGUAGE_CODES else code for code in known)


def _details(service: "pd.Series[Any]", t: Messages) -> str:
    """Return what opens on request: whom the kind serves, cost, how to ask, why it is here, source and date."""
    e = html.escape
    texts = kind_facts(t, service["kind"])
    rows = [(t("card." + field), texts[field]) for field in ("who", "cost", "ask") if field in texts]
    rank = int(service["rank_of_kind"])
    place = t("card.rank_first") if rank == 1 else t("card.rank_nth", rank=rank)
    rows.append((t("card.why"), t("card.why_text", kind=kind_text(t, service["kind"]), rank=place)))
    if isinstance(service["sessions"], str) and not is_planned(service):
        rows.append((t("kept.row.sessions"), t("card.as_said", text=service["sessions"])))
    rows.append((t("card.source"), " · ".join([source_text(service, t), str(service["source"])])))
    items = "".join(f"<dt>{e(term)}</dt><dd>{e(text)}</dd>" for term, text in rows)
    return f'<details class="fi-details"><summary>{e(t("card.details"))}</summary><dl>{items}</dl></details>'


def pin(service: "pd.Series[Any]", t: Messages, *, by_mode: str, is_chosen: bool) -> Pin:
    """Return the marker of a service found."""
    minutes = minutes_text(service["minutes"], t.language)
    flags = flag_keys(service)
    distance = km_text(service["km"], t.language)
    way = f"{minutes} {by_mode} · {distance}"
    lines = [kind_text(t, service["kind"]), way, address_text(service), *planned_texts(service, t)[:1]]
    return Pin(
        lat=float(service["lat"]),
        lon=float(service["lon"]),
        kind=service["kind"],
        title=service["name"],
        lines=tuple(line for line in lines if line),
        notes=(*(t(key) for key in flags), source_text(service, t)),
        rank=int(service["rank"]),
        is_chosen=is_chosen,
        is_uncertain=service["position_precision"] in VAGUE_PRECISIONS or MOVED_KEY in flags,
    )


def results_rows(found: pd.DataFrame, t: Messages) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows of the list as a plain table, for reading without the map."""
    keys = ("name", "kind", "minutes", "km", "address", "flags", "source")
    rows = [
        [
            str(service["rank"]),
            service["name"],
            kind_text(t, service["kind"]),
            minutes_text(service["minutes"], t.language),
            km_text(service["km"], t.language),
            address_text(service),
            "; ".join(t(key) for key in flag_keys(service)),
            source_text(service, t),
        ]
        for _, service in found.iterrows()
    ]
    return ["", *(t("table." + key) for key in keys)], rows
