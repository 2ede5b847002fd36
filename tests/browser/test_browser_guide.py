"""An expectant parent reads the life line on a phone, in another language, and goes on to the page Find."""

import datetime
import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]


def test_due_date_calendar_and_the_nearest_of_a_kind(visit, download):
    page = visit("/guide?lang=nl&at=50.820,4.320", width=390, height=844)
    due = datetime.date.today() + datetime.timedelta(days=120)
    date = page.get_by_test_id("stDateInput")
    date.get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{due:%d%m%Y}")
    page.keyboard.press("Escape")
    first = page.locator(".fi-answer-first")
    expect(first).to_contain_text(re.compile(r"22 weken zwanger"))
    assert first.bounding_box()["y"] < 844
    assert str(due.year) not in page.url
    expect(page.locator(".fi-emergency a")).to_have_attribute("href", "tel:112")
    assert download(page, re.compile(r"datums in mijn agenda")) == "finder_guide.ics"
    page.get_by_role("link", name="De voorwaarden, en uw adres").click()
    expect(page.locator("#guide-rules")).to_be_in_viewport()
    expect(page.get_by_text(re.compile("uw vroedvrouw beslist met u")).first).to_be_visible()
    wide = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0
    page.get_by_role("link", name=re.compile("dichtstbijzijnde bij u thuis")).first.click()
    expect(page).to_have_url(re.compile(r"/find\?.*at=50\.820%2C4\.320|/\?.*at=50\.820%2C4\.320"))
    page.go_back()
    expect(first).to_contain_text("22 weken zwanger")
