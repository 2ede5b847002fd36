"""Publishing a plan: from then on families find its stops. Only here, only when somebody says so."""

import datetime
from typing import Final

import streamlit as st

from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_sessions import next_days
from finder.answers.mobile_told import MobilePlan
from finder.capacity.mobile.calendar import sessions_of
from finder.capacity.mobile.plan import Plan
from finder.errors import StoreFormatError, StoreUnavailableError
from finder.pages import cached, components, mobile_own, mobile_published, mobile_validity
from finder.pages.mobile_published import LABEL_KEY, ONE_KEY, TOLD_KEY, attempt, refused_text
from finder.pages.mobile_validity import CLOSED_KEY, FROM_KEY, UNTIL_KEY
from finder.pages.scenarios_kept import store
from finder.sources.mobile_plans import publish
from finder.words.messages import Messages
from finder.words.session_text import sessions_text
from finder.words.wording import count_text, date_text, share_text

NAME_KEY: Final = "mobile_publish_name"
CONFIRM_KEY: Final = "mobile_publish_confirm"
PANEL_KEY: Final = "mobile_publish"
NAMED: Final = 6
"""Communes named in the confirmation itself; more are folded."""
DATES_SHOWN: Final = 3


def show_publish(t: Messages, found: MobilePlan | None, question: MobileQuestion) -> None:
    """Show, once opened, the form that publishes, and all that was published."""
    panel = st.expander(t("mobile_take.publish.title"), key=PANEL_KEY, on_change="rerun")
    if not panel.open:
        return
    with panel:
        components.notes([t("mobile_take.publish.lead")])
        chosen = mobile_own.chosen(found)
        if chosen is None or not chosen.plan.stops:
            components.notes([t("mobile_take.publish.no_plan")])
        else:
            _show_form(t, chosen.plan, question, is_own=chosen.found is None)
        _say_told()
        try:
            mobile_published.show(t, store())
        except (StoreUnavailableError, StoreFormatError) as error:
            st.warning(refused_text(t, error))


def _show_form(t: Messages, plan: Plan, question: MobileQuestion, *, is_own: bool) -> None:
    _begin(question)
    if is_own:
        st.info(t("mobile_take.publish.of_file"))
    left, right = st.columns(2, gap="large")
    with left:
        name = st.text_input(t("mobile_take.publish.name"), key=NAME_KEY, max_chars=120, persist_state="session")
        st.text_input(
            t("mobile_take.publish.label"), key=LABEL_KEY, max_chars=80, persist_state="session",
            help=t("mobile_take.publish.label_help"),
        )  # fmt: skip
    with right, st.container(horizontal=True):
        first, last = (
            st.date_input(t("mobile_take.publish." + end), key=key, format="DD/MM/YYYY", persist_state="session")
            for end, key in (("from", FROM_KEY), ("until", UNTIL_KEY))
        )
    with right:
        text = st.text_area(
            t("mobile_take.publish.closed"), key=CLOSED_KEY, height=88, help=t("mobile_take.publish.closed_help"),
            persist_state="session",
        )  # fmt: skip
    closed, odd = mobile_validity.read_days(text)
    problems = _problems(t, name, first, last, odd)
    is_confirmed = _confirm(t, plan)
    if not problems:
        components.notes([_preview(t, plan, name, first, last, closed)])
    components.notes(problems)
    st.button(
        t.count("mobile_take.publish.go", len(plan.stops)), key="mobile_publish_go", type="primary",
        disabled=bool(problems) or not is_confirmed, on_click=_publish, args=(t, plan),
    )  # fmt: skip


def _begin(question: MobileQuestion) -> None:
    first = mobile_validity.first_day(datetime.date.today())
    own = {
        NAME_KEY: "",
        LABEL_KEY: "",
        FROM_KEY: first,
        UNTIL_KEY: mobile_validity.last_day(first),
        CLOSED_KEY: mobile_validity.days_text(question.closed_days),
    }
    for key, value in own.items():
        st.session_state.setdefault(key, value)


def _problems(
    t: Messages, name: str, first: datetime.date, last: datetime.date, odd_lines: tuple[str, ...]
) -> list[str]:
    """Return what is still missing or wrong, in words."""
    found = []
    if not name.strip():
        found.append(t("mobile_take.publish.needs_name"))
    if last < first:
        found.append(t("mobile_take.publish.wrong_days"))
    if odd_lines:
        found.append(t("mobile_take.publish.odd_days", lines=", ".join(line[:40] for line in odd_lines[:3])))
    return found


def _confirm(t: Messages, plan: Plan) -> bool:
    """Ask for the confirmation that the fixed network was looked at, where stops rest on the modelled one."""
    stops_at: dict[str, list[str]] = {}
    for stop in plan.stops:
        if stop.need_share is not None:
            stops_at.setdefault(stop.nis, []).append(f"{stop.name} ({share_text(stop.need_share, t.language)})")
    if not stops_at:
        return True
    names = cached.commune_names(t.language)
    communes = sorted(stops_at, key=lambda nis: names.get(nis, nis))
    named = ", ".join(names.get(nis, nis) for nis in communes[:NAMED])
    if len(communes) > NAMED:
        named = t("mobile_take.publish.and_more", named=named, count=count_text(len(communes) - NAMED, t.language))
    is_confirmed = st.checkbox(t.count("mobile_take.publish.confirm", len(communes), named=named), key=CONFIRM_KEY)
    with st.expander(t("mobile_take.publish.communes")):
        components.table(
            [t("table.commune"), t("mobile_take.publish.stops_needed")],
            [[names.get(nis, nis), ", ".join(stops_at[nis])] for nis in communes],
        )
    return is_confirmed


def _preview(
    t: Messages, plan: Plan, name: str, first: datetime.date, last: datetime.date, closed: tuple[datetime.date, ...]
) -> str:
    # One that keeps one hour: it is told in one line.
    stop = max(plan.stops, key=lambda stop: (len(set(stop.starts_min)) == 1, stop.children))
    sessions = sessions_of(stop, first, last, plan.calendar, plan.duty, closed_days=closed)
    days = [date_text(day.isoformat(), t.language) for day in next_days(sessions, first, count=DATES_SHOWN)]
    return t(
        "mobile_take.publish.preview", stop=stop.name, sessions=sessions_text(sessions, t),
        dates=", ".join(days) or t("mobile_take.publish.no_dates"), plan=name.strip(),
    )  # fmt: skip


def _publish(t: Messages, plan: Plan) -> None:
    # Read here: a press may come together with a new name.
    state = st.session_state
    closed, _ = mobile_validity.read_days(state[CLOSED_KEY])
    name = "".join(c for c in state[NAME_KEY] if c.isprintable()).strip()

    def change() -> str:
        published = publish(
            store(), plan, name=name, valid_from=state[FROM_KEY], valid_until=state[UNTIL_KEY],
            published_by=state[LABEL_KEY].strip() or t("mobile_take.publish.unnamed"),
            confirmed_fixed_network=bool(state.get(CONFIRM_KEY, False)), closed_days=closed,
        )  # fmt: skip
        state[CONFIRM_KEY] = False
        # Whoever takes back at once takes back this one, not the one shown before.
        state[ONE_KEY] = published.id
        first = date_text(state[FROM_KEY].isoformat(), t.language)
        return t("mobile_take.publish.done", name=name, first=first)

    attempt(t, change)


def _say_told() -> None:
    told = st.session_state.pop(TOLD_KEY, None)
    if told is not None:
        is_good, text = told
        (st.success if is_good else st.error)(text)
