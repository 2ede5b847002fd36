"""Every page through axe-core: nothing serious or critical in what is ours, the frame of the map included.

The engine comes with axe-playwright-python and is put into the page: no request leaves the app.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from finder.pages import doors
from finder.words.messages import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
ASKED = {
    "find": "at=50.816,4.324&stage=pregnancy&keep=one-422,one-392",
    "way": "home=50.458,4.868&work=50.466,4.865",
    "guide": "stage=first_weeks&at=50.816,4.324",
    "commune": "commune=92094",
    "coverage": "commune=92094",
}
GRAVE = ("serious", "critical")
STREAMLIT = ()
"""Findings that Streamlit's own markup causes: rule, and a piece of the selector or of the markup found there."""


def grave_findings(page):
    """Return the findings that are serious or critical and not Streamlit's: rule, selector, markup."""
    engine = Axe()
    for frame in page.frames[1:]:
        frame.evaluate(engine.axe_script)  # a frame is only looked into where the engine is
    found = engine.run(page).response["violations"]
    nodes = [
        (item["id"], str(node["target"]), node["html"][:160])
        for item in found
        if item["impact"] in GRAVE
        for node in item["nodes"]
    ]
    return [
        node for node in nodes if not any(node[0] == rule and piece in node[1] + node[2] for rule, piece in STREAMLIT)
    ]


def _opened(visit, path, *, dark=False):
    page = visit(path, dark=dark)
    page.locator(".fi-title").wait_for()
    settled = page.locator("[data-testid='stApp'][data-test-script-state='notRunning']")
    for _ in range(3):
        settled.wait_for(timeout=90_000)
        page.wait_for_timeout(700)
    return page


def _check(visit, page_name, language, *, dark=False):
    path = "" if page_name == doors.ALL[0] else page_name
    page = _opened(visit, f"/{path}?lang={language}&{ASKED.get(page_name, '')}", dark=dark)
    assert grave_findings(page) == []


@pytest.mark.parametrize("page_name", doors.ALL)
def test_no_grave_finding_in_french(visit, page_name):
    _check(visit, page_name, "fr")


@pytest.mark.slow
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "fr"])
@pytest.mark.parametrize("page_name", doors.ALL)
def test_no_grave_finding_in_any_language(visit, page_name, language):
    _check(visit, page_name, language)


@pytest.mark.slow
@pytest.mark.parametrize("page_name", doors.ALL)
def test_no_grave_finding_in_the_dark(visit, page_name):
    _check(visit, page_name, "fr", dark=True)


def test_the_engine_sees_page_and_map(visit):
    page = _opened(visit, "/?q=Namur")
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator(".finder-pin").first.wait_for()
    fault = "where => where.insertAdjacentHTML('beforebegin', '<img src=\"data:,\" width=40 height=40>')"
    page.locator(".fi-title").evaluate(fault)
    frame.locator("#map_div").evaluate(fault)
    faults = [where for rule, where, _ in grave_findings(page) if rule == "image-alt"]
    assert len(faults) == 2
    assert any("iframe" in where for where in faults)
