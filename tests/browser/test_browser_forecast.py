"""A planner looks ahead: from the map to a commune's years, to the table and the files, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
TALL = 1800


def _map(page):
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".leaflet-finder-fills-pane path").nth(279).wait_for(state="attached")
    return frame


def test_a_commune_clicked_shows_its_years_and_its_files(visit, download):
    page = visit("/forecast?area=namur", height=TALL)
    expect(page.locator(".fi-answer-first")).to_contain_text("Province de Namur", timeout=60_000)
    frame = _map(page)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    frame.locator(".leaflet-container").click(position={"x": 290, "y": 190})
    expect(page).to_have_url(re.compile(r"commune=\d{5}"))
    expect(page.locator(".fi-answer-first")).to_contain_text("8 chances sur 10")
    expect(page.get_by_text(re.compile("^Depuis 2015, elle aurait annoncé"))).to_be_visible()
    page.get_by_text("45 %", exact=True).click()
    expect(page).to_have_url(re.compile("takeup=45"))
    page.get_by_text("Classement des communes en tableau").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert download(page, "Télécharger le tableau") == "finder_forecast_2030_central.csv"
    page.go_back()
    expect(page).not_to_have_url(re.compile("takeup=45"))


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    page = visit("/forecast?commune=84016&lang=nl", width=390, height=800, dark=True)
    expect(page.locator(".fi-answer-first")).to_contain_text("Daverdisse", timeout=60_000)
    _map(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.get_by_test_id("stVegaLiteChart").first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
