"""What a visitor does in a real browser, on the real app; no request may leave it (see the fixture ``visit``)."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
TALL = 1400
"""The whole map in view: a click that has to scroll first lands elsewhere in a frame."""


def _map(page):
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".leaflet-container").wait_for()
    return frame


def test_find_from_a_street_to_the_way(visit):
    page = visit(height=TALL)
    _map(page)
    box = page.get_by_label("Votre adresse ou votre commune")
    box.fill("Rue de Fer, Namur")
    box.press("Enter")
    expect(page.locator(".fi-answer-first")).to_contain_text(re.compile(r"Maternité la plus proche.*CHR Namur.*min"))
    page.get_by_test_id("stButtonGroup").get_by_text("Maternité", exact=True).click()
    expect(page.locator(".fi-card")).to_have_count(10)
    frame = _map(page)
    expect(frame.locator(".finder-pin")).to_have_count(11)
    expect(frame.locator(".leaflet-finder-routes-pane path")).to_have_count(4)
    before = frame.locator(".leaflet-finder-routes-pane path").last.get_attribute("d")
    page.get_by_role("button", name="Voir le trajet").first.click()
    expect(page.locator("[class*='st-key-card-chosen']")).to_contain_text("Elisabeth")
    page.wait_for_timeout(1500)
    assert frame.locator(".leaflet-finder-routes-pane path").last.get_attribute("d") != before
    assert re.search(r"at=50\.46\d%2C4\.86\d", page.url)
    assert "Fer" not in page.url


def test_a_marker_opens_its_facts(visit):
    page = visit("/?q=Rue%20de%20Fer,%20Namur", height=TALL)
    frame = _map(page)
    frame.locator(".finder-pin[title^='CHR Namur']").click()
    expect(frame.locator(".leaflet-popup-content")).to_contain_text("en voiture")


def test_a_click_on_the_map_starts_from_there(visit):
    page = visit("/?q=Namur&kind=maternity", height=TALL)
    frame = _map(page)
    expect(page.locator(".fi-card")).to_have_count(10)
    frame.locator(".leaflet-container").click(position={"x": 150, "y": 120})
    expect(page.locator(".fi-answer")).to_contain_text("près de")
    expect(page).to_have_url(re.compile(r"at=\d\d\.\d{3}%2C\d\.\d{3}(&|$)"))


def test_a_commune_clicked_opens_its_sheet(visit):
    page = visit("/coverage", height=TALL)
    frame = _map(page)
    frame.locator(".leaflet-finder-fills-pane path").nth(279).wait_for(state="attached")
    frame.locator(".leaflet-container").click(position={"x": 400, "y": 330})
    expect(page.locator(".fi-sheet h2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"commune=\d{5}"))


def test_table_and_chart_open_and_files_download(visit, download):
    page = visit("/coverage")
    _map(page)
    page.get_by_text("Toutes les communes en tableau").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.get_by_text("Qui peut y être, et en combien de temps").click()
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    assert download(page, "Télécharger le tableau").startswith("finder_maternity_car")


def test_data_page_stays_at_home(visit):
    page = visit("/about?lang=en")
    expect(page.get_by_text("Datasets", exact=True)).to_be_visible()
    expect(page).to_have_title(re.compile("Data & method"))


def test_back_and_forward_keep_what_was_asked(visit):
    page = visit("/?q=Namur&mode=bike")
    expect(page.locator(".fi-answer-first")).to_contain_text("à vélo")
    page.get_by_role("link", name="Couverture").click()
    expect(page.locator(".fi-answer-first")).to_contain_text("femmes")
    page.go_back()
    expect(page.locator(".fi-answer-first")).to_contain_text("à vélo")
    expect(page.get_by_label("Votre adresse ou votre commune")).to_have_value("Namur")
    page.go_forward()
    expect(page.locator(".fi-answer-first")).to_contain_text("femmes")


def test_language_switches_everywhere(visit):
    page = visit("/?lang=nl")
    expect(page.locator(".fi-title")).to_contain_text("Waarheen")
    page.get_by_role("link", name="Bereik").click()
    expect(page.locator(".fi-title")).to_contain_text("Hoeveel minuten")
    expect(page).to_have_url(re.compile("lang=nl"))


@pytest.mark.parametrize("path", ["/?q=Rue%20de%20Fer,%20Namur", "/coverage?commune=92094", "/about"])
def test_phone_needs_no_sideways_scroll(visit, path):
    page = visit(path, width=390, height=844, dark=True)
    page.locator(".fi-title").wait_for()
    if "about" not in path:
        _map(page)
        expect(page.locator(".fi-answer-first")).to_be_in_viewport()
    page.wait_for_timeout(800)
    wide = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0


def test_zoom_is_kept_when_the_answer_changes(visit):
    page = visit("/coverage")
    frame = _map(page)
    expect(page.get_by_role("button", name="GeoPackage")).to_be_visible()
    frame.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    zoom = "() => finder.map.getZoom()"
    before = page.frames[-1].evaluate(zoom)
    page.get_by_role("combobox", name="La carte montre").click()
    page.get_by_role("combobox", name="La carte montre").press("ArrowDown")
    page.get_by_role("option", name=re.compile("Part à 15.min ou moins")).click()
    expect(page.locator(".fi-legend p")).to_contain_text(re.compile("15.min"))
    page.wait_for_timeout(800)
    assert page.frames[-1].evaluate(zoom) == before
