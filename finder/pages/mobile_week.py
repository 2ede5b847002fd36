"""The weeks of a unit as a calendar: one button per day with its hours and stops; on a phone a list by day."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import streamlit as st

_CSS: Final = """
table { width: 100%; border-collapse: separate; border-spacing: 4px; table-layout: fixed; font-size: .84rem;
  color: var(--st-text-color); font-family: var(--st-font); }
caption { text-align: left; font-weight: 600; padding: 0 0 .3rem .2rem; }
thead th { font-weight: 600; text-align: left; padding: 0 .3rem; opacity: .8; }
tbody th { width: 3rem; font-weight: 600; text-align: left; vertical-align: top; padding: .45rem .2rem 0; opacity: .8; }
thead td { width: 3rem; }
tbody td { vertical-align: top; padding: 0; height: 5.6rem; }
button, .free { box-sizing: border-box; width: 100%; min-height: 5.6rem; text-align: left; font: inherit;
  line-height: 1.3; padding: .4rem .5rem; border-radius: var(--st-button-radius);
  border: 1px solid var(--st-border-color); }
button { color: inherit; background: var(--st-secondary-background-color); cursor: pointer; display: block;
  height: 100%; }
button:hover { border-color: currentColor; }
button:focus-visible { outline: 3px solid #3b82f6; outline-offset: 1px; }
button[aria-pressed="true"] { border-color: var(--st-primary-color);
  box-shadow: inset 0 0 0 2px var(--st-primary-color); }
button span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.hours { font-weight: 600; font-variant-numeric: tabular-nums; }
.day, .stop b { display: none; }
.free { opacity: .75; border-style: dashed; background: none; }
@media (max-width: 640px) {
  table, tbody, tr, td, caption { display: block; width: 100%; }
  thead, tbody th, td.empty { display: none; }
  tbody td { height: auto; margin-bottom: .35rem; }
  button { min-height: 0; }
  button .day { display: block; font-weight: 600; }
  button .stop { white-space: normal; }
  button .stop b { display: inline-block; min-width: 4.6rem; font-weight: 400; font-variant-numeric: tabular-nums; }
}
"""
_JS: Final = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".weeks");
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const table = make("table");
  table.append(make("caption", data.title));
  const head = make("tr");
  head.append(make("td"));
  for (const text of data.weekdays) { const th = make("th", text); th.scope = "col"; head.append(th); }
  const thead = make("thead");
  thead.append(head);
  const body = make("tbody");
  data.weeks.forEach((week, row) => {
    const line = make("tr");
    const th = make("th", week.name);
    th.scope = "row";
    line.append(th);
    week.days.forEach((day, column) => {
      const cell = make("td", "", day ? "" : "empty");
      if (!day) cell.append(make("div", data.free, "free"));
      else {
        const button = make("button");
        button.type = "button";
        button.setAttribute("aria-pressed", String(day.key === data.chosen));
        button.dataset.at = row + " " + column;
        button.dataset.key = day.key;
        button.append(make("span", day.name, "day"), make("span", day.hours, "hours"));
        day.stops.forEach((name, number) => {
          const stop = make("span", "", "stop");
          stop.title = name;
          stop.append(make("b", day.times[number]), name);
          button.append(stop);
        });
        button.onclick = () => setTriggerValue("day", day.key);
        cell.append(button);
      }
      line.append(cell);
    });
    body.append(line);
  });
  table.append(thead, body);
  table.onkeydown = (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    const at = event.target.dataset && event.target.dataset.at;
    if (!step || !at) return;
    event.preventDefault();
    let [row, column] = at.split(" ").map(Number);
    for (let tries = 0; tries < 8; tries++) {
      row += step[0];
      column += step[1];
      const next = table.querySelector(`[data-at="${row} ${column}"]`);
      if (next) return next.focus();
    }
  };
  const focused = root.getRootNode().activeElement;
  const key = focused && focused.dataset ? focused.dataset.key : null;
  root.replaceChildren(table);
  if (key) { const again = root.querySelector(`[data-key="${key}"]`); if (again) again.focus(); }
}
"""


@dataclass(frozen=True)
class WeekDay:
    """A day of a unit: a key, what it is called, from when to when, its stops in order and when each begins."""

    key: str
    name: str
    hours: str
    stops: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True)
class Week:
    """A row of the calendar; a day without a round is None."""

    name: str
    days: tuple[WeekDay | None, ...]


def show_weeks(
    weeks: Sequence[Week],
    *,
    title: str,
    weekdays: Sequence[str],
    free: str,
    chosen: str | None,
    key: str,
    on_day: Callable[[], None],
) -> None:
    """Show the calendar; ``on_day`` is called when a day is pressed, see :func:`read_day`.

    Parameters
    ----------
    weeks
        Rows.
    title, weekdays, free
        Words: above the calendar, of its columns, of a day without a round.
    chosen
        Key of the day that is shown as chosen.
    key
        Of the element.
    on_day
        Called before the page runs again.
    """
    # Registered at each run: Streamlit forgets components between two starts of its server, not between two runs.
    calendar = st.components.v2.component("finder_weeks", html="<div class='weeks'></div>", css=_CSS, js=_JS)
    rows = [{"name": week.name, "days": [day and asdict(day) for day in week.days]} for week in weeks]
    data = {"weeks": rows, "title": title, "weekdays": list(weekdays), "free": free, "chosen": chosen}
    calendar(key=key, data=data, on_day_change=on_day)


def read_day(answer: object) -> str | None:
    """Return the key of the day that was pressed; it comes from a browser, so anything else is None."""
    return answer if isinstance(answer, str) and len(answer) <= 20 else None
