"""The real app on a free port, and a headless Chromium that watches every request."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _chromium():
    named = os.environ.get("FINDER_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items):
    """Try a browser test that failed once more: a busy machine may starve the browser; the report names each rerun."""
    for item in items:
        if "browser" in item.keywords and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=3))


@pytest.fixture(scope="session")
def app_address(_sockets, tmp_path_factory):
    """Address of the app, started for this session, with a store of its own."""
    with serve_app(FINDER_STORE=str(tmp_path_factory.mktemp("store") / "documents.sqlite")) as address:
        yield address


@contextmanager
def serve_app(**environment):
    """Serve the app on a free port as long as the block runs; ``environment`` is added to its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(address, server):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "the app stopped while starting"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise AssertionError("the app did not start in time")


@pytest.fixture(scope="session")
def _sockets():
    """Open sockets for the whole session: fixtures run before a test's own marker is read."""
    import pytest_socket

    pytest_socket.enable_socket()


@pytest.fixture(scope="session")
def browser(_sockets):
    """One Chromium; the test is skipped visibly where none is installed."""
    path = _chromium()
    if path is None:
        pytest.skip("no Chromium found: install one or set FINDER_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, app_address):
    """Return a function that opens an address of the app; afterwards every request must have stayed on the app."""
    contexts, foreign, errors = [], [], []

    def open_page(path="/", *, width=1400, height=900, dark=False):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="fr-BE"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: _note(request.url, app_address, foreign))
        page.on("websocket", lambda ws: _note(ws.url.replace("ws://", "http://"), app_address, foreign))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app_address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert foreign == [], "requests left the app's own address"
    assert errors == [], "scripts of the page failed"


@pytest.fixture(scope="session")
def serve():
    """Return :func:`serve_app`, for tests whose server needs data or switches of its own."""
    return serve_app


@pytest.fixture
def download():
    """Return a function that presses a download button and returns the name of the file.

    A file is made when asked for, and a run of the page that is still going replaces its button: first wait for rest.
    """

    def press(page, label):
        settle(page)
        with page.expect_download() as found:
            page.get_by_role("button", name=label).click()
        return found.value.suggested_filename

    return press


def settle(page):
    """Wait until the app has run to the end, and not begun again a moment later."""
    for _ in range(2):
        page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
        page.wait_for_timeout(400)


def _note(url, address, foreign):
    if not url.startswith((address + "/", "data:", "blob:")):
        foreign.append(url)
