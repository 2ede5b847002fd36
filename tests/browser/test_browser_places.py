"""A planner asks for day-care places in a real browser, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
TALL = 1400


def _map(page):
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".leaflet-finder-fills-pane path").nth(270).wait_for(state="attached", timeout=60_000)
    return frame


def test_from_the_whole_area_to_a_commune_and_back(visit, download):
    page = visit("/places", height=TALL)
    frame = _map(page)
    expect(page.locator(".fi-answer")).to_contain_text(re.compile(r"De \d+ à \d+ des 271 communes"))
    expect(page.locator(".fi-modelled")).to_be_visible()
    frame.locator(".leaflet-container").click(position={"x": 400, "y": 330})
    expect(page.locator(".fi-sheet h2")).to_be_visible()
    expect(page.locator(".fi-answer-first")).to_contain_text("8 tirages")
    expect(page).to_have_url(re.compile(r"commune=\d{5}"))
    page.get_by_text("Par cinquième de revenu").click()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    assert download(page, "Télécharger le tableau") == "finder_places_coverage_pct_2023.csv"
    page.get_by_text("Utiliser le réseau modélisé").click()
    expect(page.locator(".fi-answer").filter(has_text="IWEPS")).to_have_count(1)
    expect(page.locator(".fi-modelled")).to_have_count(0)
    page.go_back()
    expect(page.locator(".fi-modelled")).to_be_visible()


def test_phone_shows_the_answer_without_sideways_scroll(visit):
    page = visit("/places?figure=reachable_per_100&commune=21001&lang=de", width=390, height=844, dark=True)
    _map(page)
    expect(page.locator(".fi-answer-first")).to_contain_text(re.compile(r"Anderlecht: etwa \d+ Plätze je 100 Kinder"))
    wide = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0
