"""A button that asks the browser where the visitor is, when it is pressed and never before.

The browser rounds the position to about 100 m before it sends it: the exact one never leaves the device.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, get_args

import streamlit as st

from finder.pages.state import POINT_DECIMALS, Point, read_point, write_point
from finder.words.messages import Messages

Problem = Literal["refused", "unavailable", "outside"]
PROBLEMS: Final[tuple[Problem, ...]] = get_args(Problem)
WAIT_MS: Final = 15_000
OLDEST_MS: Final = 300_000
"""A position found in the last five minutes will do."""

_CSS: Final = """
button { font: inherit; font-size: .9rem; color: var(--st-text-color); background: transparent; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); padding: .3rem .8rem;
  min-height: 2.2rem; }
button:hover { border-color: currentColor; }
button:focus-visible { outline: 3px solid #3b82f6; outline-offset: 2px; }
button[aria-busy="true"] { opacity: .6; cursor: progress; }
"""
_JS: Final = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const button = parentElement.querySelector("button");
  const scale = 10 ** data.decimals;
  const round = (value) => Math.round(value * scale) / scale;
  const tell = (answer) => { button.setAttribute("aria-busy", "false"); setTriggerValue("answer", answer); };
  button.textContent = data.label;
  button.onclick = () => {
    if (button.getAttribute("aria-busy") === "true") return;
    if (!navigator.geolocation) return tell({ problem: "unavailable" });
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      (found) => tell({ lat: round(found.coords.latitude), lon: round(found.coords.longitude) }),
      (error) => tell({ problem: error.code === error.PERMISSION_DENIED ? "refused" : "unavailable" }),
      { enableHighAccuracy: false, timeout: data.wait_ms, maximumAge: data.oldest_ms },
    );
  };
}
"""


def location_button(t: Messages, *, key: str, on_answer: Callable[[], None]) -> None:
    """Show the button; ``on_answer`` is called when the browser has answered, see :func:`read_location`."""
    # Registered at each run: Streamlit forgets components between two starts of its server, not between two runs.
    button = st.components.v2.component("finder_location", html="<button type='button'></button>", css=_CSS, js=_JS)
    button(
        key=key,
        data={
            "label": t("search.my_position"),
            "decimals": POINT_DECIMALS,
            "wait_ms": WAIT_MS,
            "oldest_ms": OLDEST_MS,
        },
        on_answer_change=on_answer,
    )


def read_location(answer: object) -> Point | Problem:
    """Return the point the browser answered, rounded and near our area, or what stood in the way.

    Parameters
    ----------
    answer
        What the script sent: ``{"lat": ..., "lon": ...}`` or ``{"problem": ...}``. It comes from a browser, so anything
        else is read as unavailable.
    """
    if not isinstance(answer, dict):
        return "unavailable"
    found: dict[Any, Any] = answer
    if found.get("problem") == "refused":
        return "refused"
    lat, lon = (_degrees(found.get(name)) for name in ("lat", "lon"))
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        return "unavailable"
    return read_point(write_point((lat, lon))) or "outside"


def _degrees(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
