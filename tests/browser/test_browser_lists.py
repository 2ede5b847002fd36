"""Someone who holds a list brings it in and takes it back, in a browser, on a copy of the data."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from finder.settings import data_dir

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
HOSTILE = "<img src=x onerror=alert(1)>"
LIST = f"nom;adresse;code postal;places\nLes Lutins neufs;Rue de Fer 12;5000;21\n{HOSTILE};Rue de Bruxelles 3;5000;9\n"


@pytest.fixture(scope="module")
def app_address(serve, _sockets, tmp_path_factory):
    """Address of an app of its own: an import must never reach the repository's data."""
    folder = shutil.copytree(data_dir(), tmp_path_factory.mktemp("lists") / "data")
    with serve(FINDER_DATA=str(folder), FINDER_IMPORTS="") as address:
        yield address


def _choose(page, path: Path):
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("heading", name=re.compile("^2"))).to_be_visible()


def test_a_list_comes_in_and_is_taken_back(visit, tmp_path):
    path = tmp_path / "namur.csv"
    path.write_text(LIST, encoding="cp1252")
    page = visit("/lists", height=1400)
    page.on("dialog", lambda dialog: pytest.fail(f"a name of the list ran as a script: {dialog.message}"))
    _choose(page, path)
    check = page.get_by_role("button", name="Contrôler la liste")
    expect(check).to_be_disabled()
    page.get_by_role("combobox", name="Genre des services").click()
    page.get_by_role("option", name="Crèches", exact=False).first.click()
    expect(check).to_be_enabled()
    check.click()
    # The first check of a server reads all names of streets, beside the warm-up.
    expect(page.get_by_text("2 lignes sur 2 peuvent entrer")).to_be_visible(timeout=150_000)
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    expect(frame.locator(".finder-pin")).to_have_count(2)
    frame.locator(".finder-pin[title^='<img']").click()
    expect(frame.locator(".leaflet-popup")).to_be_visible()
    assert frame.locator(".leaflet-popup img").count() == 0
    page.get_by_role("button", name="Faire entrer la liste").click()
    expect(page.locator(".fi-answer").first).to_contain_text("Services nouveaux : 2")
    page.get_by_role("button", name="Reprendre la dernière").click()
    page.get_by_role("button", name="Oui, revenir en arrière").click()
    expect(page.locator(".fi-answer").first).to_contain_text("Comme avant « namur »")


def test_phone_reads_a_broken_file_as_a_sentence_without_sideways_scroll(visit, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    page = visit("/lists?lang=nl", width=390, height=844, dark=True)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_test_id("stAlert")).to_contain_text("broken.xlsx is beschadigd")
    wide = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0
