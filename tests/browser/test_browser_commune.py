"""A planner opens the sheet of a commune, compares it and takes it away; on a desktop and on a phone."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
SLOW_MS = 120_000


def test_from_a_link_to_the_files(visit, download):
    page = visit("/commune?nis=84016&with=91054", height=1400)
    expect(page.locator(".fi-answer-first")).to_contain_text("Daverdisse", timeout=SLOW_MS)
    expect(page.locator(".fi-modelled")).to_be_visible()
    page.frame_locator("iframe[title='streamlit_folium.st_folium']").locator(".leaflet-container").wait_for()
    page.get_by_text("Comparée à d’autres").click()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    assert download(page, "Fiche PDF") == "finder_84016_fr.pdf"
    page.get_by_text(re.compile("Rapport de la province")).click()
    page.get_by_role("button", name="Préparer le rapport").click()
    expect(page.get_by_role("button", name="Rapport PDF")).to_be_visible(timeout=SLOW_MS)


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    page = visit("/commune?nis=21001&lang=nl", width=390, height=800)
    expect(page.locator(".fi-answer-first")).to_contain_text("Anderlecht", timeout=SLOW_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
