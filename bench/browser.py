"""First map, change of a filter, weight of a page: the real app in a headless Chromium.

Run ``python -m bench.browser``; it starts the app itself, visits each page once to warm the server, then measures.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = {
    "Find": "/?q=Rue%20de%20Fer,%20Namur",
    "Coverage": "/coverage",
    "Places": "/places",
    "Gaps": "/gaps",
    "Commune": "/commune?nis=84016",
    "Forecast": "/forecast",
}
MAP = "iframe[title='streamlit_folium.st_folium']"
FILLED = ".leaflet-finder-fills-pane path"
READY = dict.fromkeys(PAGES, FILLED) | {"Find": ".finder-pin"}
WARM_SECONDS = 90


@contextmanager
def running_app():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    server = subprocess.Popen([*command, "--server.port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def first_map(browser, address: str, name: str) -> tuple[float, float]:
    """Return seconds from the request to the drawn map, and megabytes received by then and two seconds after."""
    context = browser.new_context(viewport={"width": 1400, "height": 1400})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received = [0.0]
    session.on("Network.loadingFinished", lambda e: received.__setitem__(0, received[0] + e["encodedDataLength"]))
    page.on("websocket", lambda ws: ws.on("framereceived", lambda f: received.__setitem__(0, received[0] + len(f))))
    start = time.perf_counter()
    page.goto(address + PAGES[name])
    page.frame_locator(MAP).locator(READY[name]).first.wait_for(state="attached", timeout=120_000)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(2000)
    context.close()
    return seconds, received[0] / 1e6


def change(page: Page, label: str, option: str, shown: str, pattern: str) -> float:
    """Return seconds from choosing ``option`` to the page showing ``pattern``."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("combobox", name=label).press("ArrowDown")
    choice = page.get_by_role("option", name=re.compile(option))
    choice.wait_for()
    start = time.perf_counter()
    choice.click()
    page.locator(shown).filter(has_text=re.compile(pattern)).first.wait_for(timeout=60_000)
    return time.perf_counter() - start


def filters(browser, address: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1400, "height": 1400})
    page = context.new_page()
    page.goto(address + PAGES["Find"])
    page.get_by_text("D’où viennent ces informations").wait_for()
    found = {
        "Find: to walking": change(page, "Je me déplace", "À pied", ".fi-answer", "à pied"),
        "Find: to day nurseries": change(page, "Je cherche", "^Crèche$", ".fi-answer", "Crèche connue"),
    }
    page.goto(address + PAGES["Coverage"])
    page.get_by_text("D’où viennent ces informations").wait_for()
    found |= {
        "Coverage: to a share": change(page, "La carte montre", "Part à 15", ".fi-legend", "Part à 15"),
        "Coverage: to hospitals": change(page, "Je cherche", "Hôpital", ".fi-legend", "habitants"),
        "Coverage: to bikes": change(page, "Je me déplace", "À vélo", ".fi-answer", "à vélo"),
    }
    page.goto(address + PAGES["Places"])
    page.get_by_text("D’où viennent ces informations").wait_for()
    found["Places: to places within reach"] = change(
        page, "Chiffre", "^Places accessibles", ".fi-legend", "accessibles"
    )
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="visits per page (the median is printed)")
    times = parser.parse_args().times
    path = os.environ.get("FINDER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with running_app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name in PAGES:
            cold, _ = first_map(browser, address, name)
            print(f"{name}: first visit of a fresh server {cold:.1f} s")
        time.sleep(WARM_SECONDS)
        for name in PAGES:
            visits = [first_map(browser, address, name) for _ in range(times)]
            seconds, megabytes = (statistics.median(column) for column in zip(*visits, strict=True))
            print(f"{name}: first map {seconds:.2f} s (limit 3), page {megabytes:.2f} MB (limit 5)")
        rounds = [filters(browser, address) for _ in range(times)]
        for label in rounds[0]:
            print(f"{label}: {statistics.median(row[label] for row in rounds):.2f} s (limit 1)")
        browser.close()


if __name__ == "__main__":
    main()
