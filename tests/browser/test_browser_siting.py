"""A policy maker asks for the best sites, reads the proof, takes the files and tries the sites as a scenario."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
LONG = 60_000


def test_from_a_question_to_its_proof_and_on_to_a_scenario(visit, download):
    page = visit("/siting?lang=fr&kind=maternity&area=namur&p=2", height=1600)
    page.get_by_role("button", name=re.compile("Chercher")).click()
    first = page.locator(".fi-answer-first")
    expect(first).to_contain_text("C’est prouvé : aucun autre choix ne fait mieux", timeout=LONG)
    assert re.search(r"[1-9]\d*\s\d{3} femmes", first.inner_text())
    expect(page).to_have_url(re.compile("run=1"))
    names = page.locator("tbody").first.locator("tr td:nth-child(2)").all_inner_texts()
    assert len(names) == 2
    assert download(page, "Télécharger la note (PDF)").endswith("_fr.pdf")
    page.get_by_role("button", name="Ouvrir ces sites comme scénario").first.click()
    expect(page).to_have_url(re.compile("/scenarios"))
    expect(first).to_contain_text("gagnent plus de 5", timeout=LONG)
    for number, name in enumerate(names, start=1):
        expect(page.get_by_text(f"{number}. {name} ouvre")).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
