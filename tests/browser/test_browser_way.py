"""A parent looks for day care on the way to work, on a phone."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]


def test_from_two_addresses_to_the_way_on_the_map(visit):
    page = visit("/way", width=390, height=844)
    page.get_by_label("Votre domicile").fill("Rue de Fer, Namur")
    page.get_by_label("Votre domicile").press("Enter")
    expect(page).to_have_url(re.compile(r"home=50\.\d{3}%2C4\.\d{3}"))
    page.get_by_label("Votre travail").fill("Gembloux")
    page.get_by_label("Votre travail").press("Enter")
    first = page.locator(".fi-answer-first")
    expect(first).to_contain_text(re.compile(r"\+\s\d+\smin le matin, \+\s\d+\smin le soir, en voiture"))
    assert first.bounding_box()["y"] < 844
    expect(page.locator(".fi-official a")).to_have_attribute("href", "https://my.one.be")
    expect(page).to_have_url(re.compile(r"work=50\.\d{3}%2C4\.\d{3}"))
    assert "Fer" not in page.url
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    expect(frame.locator("[title^='Domicile']")).to_have_count(1)
    expect(frame.locator("[title^='Travail']")).to_have_count(1)
    expect(frame.locator(".leaflet-finder-routes-pane path").first).to_be_attached()
    wide = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0
