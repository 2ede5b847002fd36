"""A planner reads the plan on the map, opens a unit and a day by mouse and by keyboard; then on a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
LONG = 120_000


def test_from_the_plan_to_the_rounds_of_a_day(visit):
    page = visit("/mobile?lang=fr", height=1800)
    # The plan kept with the data; that one is made on a press is a test of the app.
    expect(page.locator(".fi-answer-first")).to_contain_text("6 unités suivraient environ", timeout=LONG)
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    expect(frame.locator(".finder-stop").first).to_be_visible(timeout=LONG)

    page.get_by_test_id("stButtonGroup").get_by_text(re.compile("^A · Unité 1")).click()
    days = page.get_by_role("table").locator("button[data-key]")
    chosen = page.get_by_role("table").locator("button[aria-pressed='true']")
    expect(chosen).to_have_count(1, timeout=LONG)
    last = days.last
    key, stops = last.get_attribute("data-key"), last.locator(".stop").count()
    last.click()
    expect(chosen).to_have_attribute("data-key", key, timeout=LONG)
    numbered = frame.locator(".finder-stop[tabindex='0'] text").filter(has_text=re.compile(r"^\d$"))
    expect(numbered).to_have_count(stops, timeout=LONG)
    expect(page.locator("tbody tr", has_text="Départ :")).to_be_visible()

    last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(chosen).not_to_have_attribute("data-key", key, timeout=LONG)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 800})
    expect(days.first.locator(".day")).to_be_visible()
    expect(days.first.locator(".day")).to_contain_text("mois impairs")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
