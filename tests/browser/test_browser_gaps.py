"""A planner looks where something is missing, on a desktop and on a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
LONG = 60_000


def _map(page):
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".leaflet-container").wait_for()
    return frame


def test_from_the_agreement_to_areas_and_back(visit):
    page = visit("/gaps", height=1400)
    first = page.locator(".fi-answer-first")
    expect(first).to_contain_text(re.compile(r"Dans environ \d+ communes sur 271 \(\d+ à \d+"), timeout=LONG)
    frame = _map(page)
    frame.locator(".leaflet-finder-fills-pane path").nth(270).wait_for(state="attached")
    expect(page.locator(".fi-modelled")).to_be_visible()
    page.get_by_text("Les zones, km par km").click()
    expect(first).to_contain_text("min à pied d’une consultation", timeout=LONG)
    expect(page).to_have_url(re.compile("view=areas"))
    page.go_back()
    expect(first).to_contain_text("définitions", timeout=LONG)


def test_what_is_opened_last_is_computed_then(visit):
    page = visit("/gaps?lang=en", height=1400)
    expect(page.locator(".fi-answer-first")).to_contain_text("definitions", timeout=LONG)
    for text, column in (
        ("What if the limits move by 10%?", "Stricter: leave"),
        ("One definition for another", "Neither"),
    ):
        page.locator("[data-testid=stExpander] summary").filter(has_text=text).click()
        expect(page.locator("th").filter(has_text=column)).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_shared_link_opens_the_same_on_a_phone(visit):
    page = visit("/gaps?lang=en&show=low_coverage&limits=low_coverage:25&commune=92094", width=390, height=844)
    expect(page.locator(".fi-answer-first")).to_contain_text("Fewer than 25 places", timeout=LONG)
    expect(page.locator(".fi-sheet h2")).to_have_text("Namur")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
