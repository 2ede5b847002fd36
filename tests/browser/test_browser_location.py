"""The position of the browser: asked on a press only, rounded before it leaves, and every refusal a sentence."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]
NAMUR = {"latitude": 50.466712, "longitude": 4.866587}
LONDON = {"latitude": 51.5074, "longitude": -0.1278}


def _ready(visit, path="/", *, position=None):
    page = visit(path)
    asked = []
    page.expose_function("noteAsked", lambda: asked.append(1))
    page.evaluate(
        "() => { const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...given) => { window.noteAsked(); ask(...given); } }"
    )
    if position is not None:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(position)
    return page, asked


def test_the_position_is_asked_on_a_press_and_kept_to_100_m(visit):
    page, asked = _ready(visit, position=NAMUR)
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    button = page.get_by_role("button", name="Ma position")
    expect(button).to_be_visible()
    assert asked == []
    button.click()
    expect(page.locator(".fi-answer")).to_contain_text("près de")
    expect(page.locator(".fi-answer")).to_contain_text("Namur")
    expect(page).to_have_url(re.compile(r"at=50\.467%2C4\.867(&|$)"))
    assert asked == [1]
    assert not any("50.4667" in str(frame) for frame in sent)


def test_a_position_refused_is_said_and_the_page_goes_on(visit):
    page, _ = _ready(visit, "/?lang=en")
    page.get_by_role("button", name="My location").click()
    expect(page.locator(".fi-notes").first).to_contain_text("does not share your location")
    page.get_by_label("Your address").fill("Namur")
    page.get_by_label("Your address").press("Enter")
    expect(page.locator(".fi-answer-first")).to_contain_text("min")
    expect(page.get_by_text("does not share your location")).to_have_count(0)


def test_a_position_outside_is_said_and_not_kept(visit):
    page, _ = _ready(visit, "/?lang=de", position=LONDON)
    page.get_by_role("button", name="Mein Standort").click()
    expect(page.locator(".fi-notes").first).to_contain_text("außerhalb der Wallonie")
    assert "at=" not in page.url
