"""A planner publishes a small plan; a family finds its stop with dates, takes the calendar; revoked, it is gone."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from finder.capacity.mobile.duty import Depot, Duty
from finder.capacity.mobile.plan import Plan, PlannedStop, Round
from finder.pages.mobile_take import plan_bytes

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]

LON, LAT = 5.405, 49.972
NAME = "Essai <b>Bras</b>"


def _plan(**fields):
    """Return one stop where the depot is: whatever the roads, the drive is under a minute, rounded up to one."""
    stop = PlannedStop("bras", "Bras", "84075", LON, LAT, "depot", 1, 3, (0, 4), (545, 545), 31.0, 0.9)
    rounds = [Round("depot", 1, week, 3, ("bras",), (1, 1), (545,), 626, 1.0) for week in (0, 4)]
    own = {"calendar": "months", "duty": Duty(), "depots": (Depot("depot", "Bras", LON, LAT, 1),)}
    return Plan(**{**own, "stops": (stop,), "rounds": tuple(rounds), **fields})


def _settle(page):
    for _ in range(2):
        page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
        page.wait_for_timeout(400)


def _upload(page, content):
    page.locator("input[type=file]").set_input_files(
        {"name": "PLAN.json", "mimeType": "application/json", "buffer": content}
    )


def _write(page, label, text):
    box = page.get_by_role("textbox", name=label)
    box.fill(text)
    box.press("Tab")
    _settle(page)


def _choose_today(page):
    field = page.get_by_test_id("stDateInput").filter(has_text="Premier jour")
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{datetime.date.today():%d%m%Y}")
    page.keyboard.press("Tab")
    _settle(page)


def _find(page):
    cards = page.locator("article.fi-card")
    expect(cards.first).to_be_visible()
    _settle(page)
    return cards.filter(has_text="Consultation mobile, Bras")


def test_published_found_taken_along_and_revoked(visit, download):
    page = visit("/mobile?lang=fr", height=1600)
    opener = page.get_by_text("Vérifier un plan corrigé à la main")
    # The first look at a server counts the children in gaps in every draw.
    expect(opener).to_be_visible(timeout=150_000)
    _settle(page)
    if not page.get_by_text("Fichier PLAN.json").is_visible():
        opener.click()
    good = plan_bytes(_plan())
    _upload(page, good.replace(b'"unit": [1]', b'"unit": [2]'))
    expect(page.get_by_text("Unité qui n’existe pas (unknown_unit)").first).to_be_visible()
    _upload(page, good)
    expect(page.get_by_text("PLAN.json : 0 règle enfreinte.")).to_be_visible()
    assert download(page, "Feuille de route") == "finder_mobile_depot_1_fr.pdf"
    page.get_by_text("Publier le plan pour les familles").click()
    go = page.get_by_role("button", name="Publier 1 arrêt")
    expect(go).to_be_disabled()
    _write(page, "Nom du plan", NAME)
    _choose_today(page)
    page.get_by_test_id("stCheckbox").filter(has_text="Je confirme").locator("label").click()
    expect(page.get_by_text("Les familles près de Bras liront")).to_contain_text("1er jeudi du mois")
    expect(go).to_be_enabled()
    go.click()
    expect(page.get_by_text(f"« {NAME} » est publié")).to_be_visible()
    family = visit(f"/?lang=fr&q={LAT},{LON}&kind=child_consultation", width=390, height=844)
    card = _find(family)
    expect(card).to_have_count(1)
    expect(card).to_contain_text("passage planifié")
    expect(card).to_contain_text(re.compile("Prochaines dates : .*20"))
    expect(card).to_contain_text(NAME)
    assert download(family, "Séances dans mon agenda").endswith(".ics")
    _write(page, "Raison du retrait", "essai")
    page.get_by_role("button", name="Retirer ce plan").click()
    expect(page.get_by_text("les familles ne le voient plus")).to_be_visible()
    family.reload()
    expect(_find(family)).to_have_count(0)
