"""A policy maker tries sites on the map, compares, shares; another browser opens the same from the link."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
LONG = 60_000


def _map(page):
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']").first
    frame.locator(".leaflet-container").wait_for()
    frame.locator(".finder-pin").first.wait_for()
    return frame


def _settle(page):
    for _ in range(2):
        page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
        page.wait_for_timeout(400)


def _open_at(page, number, address):
    place = page.get_by_role("textbox", name="Où ?")
    place.fill(address)
    place.press("Enter")
    page.get_by_role("button", name="Ouvrir ici").click()
    _listed(page, number)


def _listed(page, number):
    expect(page.get_by_text(re.compile(rf"^{number}\. "))).to_be_visible(timeout=LONG)
    _settle(page)


def test_five_sites_opened_two_closed_shared_and_opened_elsewhere(visit):
    page = visit("/scenarios?lang=fr", height=1600)
    first = page.locator(".fi-answer-first")
    expect(first).to_contain_text("Rien ne change", timeout=LONG)
    frame = _map(page)
    _settle(page)
    frame.locator(".leaflet-container").click(position={"x": 560, "y": 330})
    page.get_by_role("button", name="Ouvrir ici").click()
    expect(first).to_contain_text(re.compile(r"femmes de 15 à 49 ans gagnent plus de 5"), timeout=LONG)
    _listed(page, 1)
    for number, address in enumerate(["5660 Couvin", "6600 Bastogne", "4960 Malmedy", "6870 Saint-Hubert"], start=2):
        _open_at(page, number, address)
    for number, name in ((6, "Dinant"), (7, "Arlon")):
        frame.locator(f"[title*={name}]").first.click()
        page.get_by_role("button", name="Fermer", exact=True).click()
        _listed(page, number)
    expect(first).to_contain_text(re.compile(r"[1-9]\d*\s\d{3} perdent"), timeout=LONG)
    said = page.locator(".fi-answer").inner_text()
    assert "s=" not in page.url
    page.get_by_text("Partager un lien").click()
    link = page.locator("[data-testid=stCode] code")
    expect(link).to_contain_text("s=", timeout=LONG)
    address = "/scenarios?" + link.inner_text().split("?", 1)[1]
    assert len(address) < 2_000
    other = visit(address, width=390, height=844)
    expect(other.locator(".fi-answer-first")).to_have_text(first.inner_text(), timeout=LONG)
    assert other.locator(".fi-answer").inner_text() == said
    assert other.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_hostile_link_is_a_sentence(visit):
    page = visit("/scenarios?lang=en&s=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("Nothing has changed", timeout=LONG)
    expect(page.locator(".fi-answer-first")).to_contain_text("Nothing changes", timeout=LONG)
    expect(page).not_to_have_url(re.compile("[?&]s="))


@pytest.mark.slow
def test_ready_made_beside_another_and_the_brief(visit, download):
    page = visit("/scenarios?lang=en&ready=sirius-arlon", height=1600)
    expect(page.locator(".fi-answer-first")).to_contain_text("lose more than 5", timeout=LONG)
    expect(page.get_by_text("9,000 to 16,000")).to_be_visible(timeout=LONG)
    page.get_by_text("Compare with another scenario").click()
    page.get_by_role("combobox", name="Scenario B").click()
    page.get_by_role("combobox", name="Scenario B").fill("Libramont")
    page.get_by_role("option").first.click()
    expect(page.locator("th").filter(has_text="B minus A")).to_be_visible(timeout=LONG)
    assert download(page, "Brief, HTML").endswith(".html")
