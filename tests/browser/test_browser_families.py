"""Families on a phone: pregnant in Forest without French, a newborn in Vresse-sur-Semois without a car."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
PHONE = {"width": 390, "height": 844}


def _fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(
    ("language", "stage", "nearest", "details"),
    [
        ("en", "Pregnancy", r"Nearest known prenatal consultation: .*, \d+\smin by car", "Conditions, cost, source"),
        pytest.param(
            *("nl", "Zwangerschap", r"prenatale consultatie: .*, op \d+\smin met de auto", "Voorwaarden, prijs, bron"),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_pregnant_in_forest_without_french(visit, language, stage, nearest, details):
    page = visit(f"/?lang={language}", **PHONE)
    box = page.get_by_test_id("stTextInput").locator("input")
    box.fill("Forest, Bruxelles")
    box.press("Enter")
    expect(page.locator(".fi-card").first).to_be_visible()
    page.locator(".st-key-find_stage").get_by_test_id("stSelectbox").click()
    page.get_by_role("option", name=stage).click()
    expect(page.locator(".fi-answer-first")).to_contain_text(re.compile(nearest))
    page.get_by_text(details).first.click()
    expect(page.locator(".fi-details dd").first).to_be_visible()
    expect(page.locator(".fi-emergency a")).to_have_attribute("href", "tel:112")
    assert _fits(page)
    answer = page.locator(".fi-answer-first").bounding_box()
    assert answer["y"] + answer["height"] < PHONE["height"]


@pytest.mark.parametrize(
    ("language", "nothing", "visits", "others", "home", "sheet"),
    [
        pytest.param(
            *("fr", "rien de connu à moins de", "visites à domicile", "Aussi à cette étape", "Visite", "Fiche"),
            marks=pytest.mark.slow,
        ),
        ("de", "nichts bekannt in höchstens", "Hausbesuche", "Auch in dieser Phase", "Hausbesuch", "Blatt"),
    ],
)
def test_newborn_in_vresse_without_a_car(visit, download, language, nothing, visits, others, home, sheet):
    page = visit(f"/?q=Vresse-sur-Semois&stage=first_weeks&mode=walk&lang={language}", **PHONE)
    expect(page.locator(".fi-answer-first")).to_contain_text(nothing)
    expect(page.locator(".fi-answer")).to_contain_text(visits)
    page.get_by_text(others).click()
    expect(page.locator(".fi-kinds-list")).to_contain_text(home)
    assert _fits(page)
    assert download(page, re.compile("^.*" + sheet)).endswith(f"_{language}.pdf")
