"""A service as a card, as a pop-up and as a row of a table; every text from data is escaped."""

import html
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from finder.maps.markers import Pin
from finder.maps.palettes import KIND_COLOURS
from finder.pages.choices import MOVED_KEY, flag_keys
from finder.words.messages import Messages
from finder.words.wording import count_text, date_text, km_text, minutes_text


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


def card_html(service: "pd.Series[Any]", t: Messages, *, way: str) -> str:
    """Return the card of a service found, see :class:`finder.answers.nearest.NearestAnswer` for the columns.

    Parameters
    ----------
    service
        One row.
    t
        Messages.
    way
        What the minutes leave out.
    """
    e = html.escape
    flags = flag_keys(service)
    chips = "".join(f'<span class="fi-flag">{e(t(key))}</span>' for key in flags)
    facts = [km_text(service["km"], t.language), way]
    link = safe_link(service["url"])
    site = f' · <a href="{e(link)}" target="_blank" rel="noopener noreferrer">{e(t("card.site"))}</a>' if link else ""
    phone = f"<p>{e(str(service['phone']))}</p>" if isinstance(service["phone"], str) else ""
    return (
        f'<article class="fi-card"><div class="fi-card-head">'
        f'<span class="fi-rank" style="background:{KIND_COLOURS[service["kind"]]}">{int(service["rank"])}</span>'
        f"<h3>{e(service['name'])}</h3>"
        f'<span class="fi-minutes">{e(minutes_text(service["minutes"], t.language))}</span></div>'
        f"<p>{e(' · '.join(facts))}</p><p>{e(address_text(service))}</p>{phone}{_extras(service, t)}{chips}"
        f'<p class="fi-small">{e(source_text(service, t))}{site}</p></article>'
    )


def _extras(service: "pd.Series[Any]", t: Messages) -> str:
    facts = []
    if pd.notna(service["capacity_places"]):
        facts.append(t("card.places", count=count_text(float(service["capacity_places"]), t.language)))
    if isinstance(service["tariff"], str):
        facts.append(t("tariff." + service["tariff"]))
    if isinstance(service["sessions"], str):
        facts.append(service["sessions"])
    return f"<p>{html.escape(' · '.join(facts))}</p>" if facts else ""


def pin(service: "pd.Series[Any]", t: Messages, *, by_mode: str, is_chosen: bool) -> Pin:
    """Return the marker of a service found."""
    minutes = minutes_text(service["minutes"], t.language)
    flags = flag_keys(service)
    lines = [f"{minutes} {by_mode} · {km_text(service['km'], t.language)}", address_text(service)]
    return Pin(
        lat=float(service["lat"]),
        lon=float(service["lon"]),
        kind=service["kind"],
        title=service["name"],
        lines=tuple(line for line in lines if line),
        notes=(*(t(key) for key in flags), source_text(service, t)),
        rank=int(service["rank"]),
        is_chosen=is_chosen,
        is_uncertain=service["position_precision"] == "street" or MOVED_KEY in flags,
    )


def results_rows(found: pd.DataFrame, t: Messages) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows of the list as a plain table, for reading without the map."""
    keys = ("name", "minutes", "km", "address", "flags", "source")
    rows = [
        [
            str(service["rank"]),
            service["name"],
            minutes_text(service["minutes"], t.language),
            km_text(service["km"], t.language),
            address_text(service),
            "; ".join(t(key) for key in flag_keys(service)),
            source_text(service, t),
        ]
        for _, service in found.iterrows()
    ]
    return ["", *(t("table." + key) for key in keys)], rows
