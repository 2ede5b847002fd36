"""What was published: since when, until when, by whom, every revision; and taking it back."""

import datetime
from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from finder.errors import FinderError, StoreFormatError, StoreUnavailableError
from finder.pages import components
from finder.sources.documents_store import DocumentStore
from finder.sources.mobile_plans import PublishedPlan, publications, publications_state, published_on, revoke
from finder.words.messages import Messages
from finder.words.wording import count_text, date_text

LABEL_KEY: Final = "mobile_publish_label"
TOLD_KEY: Final = "mobile_publish_told"
ONE_KEY: Final = "mobile_published_one"
REASON_KEY: Final = "mobile_revoke_reason"
COLUMNS: Final = ("name", "state", "valid", "stops", "published")
SHOWN: Final = 30

State = tuple[tuple[str, int], ...]
"""Id and latest revision of every publication."""


def show(t: Messages, store: DocumentStore) -> None:
    """Show every publication, the latest first, its history, and the button that revokes it."""
    st.markdown(f"**{t('mobile_take.published.title')}**")
    state = publications_state(store)
    found = _publications(state, _store=store)
    if not found:
        components.notes([t("mobile_take.published.none")])
        return
    today = datetime.date.today()
    rows = [
        [
            each.name, t("mobile_take.published.state." + state_of(each, today)),
            f"{each.valid_from:%d/%m/%Y} – {each.valid_until:%d/%m/%Y}",
            count_text(len(each.plan.stops), t.language),
            f"{each.published_on:%d/%m/%Y}, {each.published_by}",
        ]
        for each in found[:SHOWN]
    ]  # fmt: skip
    components.table([t("mobile_take.published.col." + name) for name in COLUMNS], rows, numeric=(3,))
    # A plan that begins later is overruled, or overrules, only then.
    days = sorted({max(today, each.valid_from) for each in found if state_of(each, today) in ("valid", "coming")})
    holding = {each.id: each for day in days for each in _holding(state, day, _store=store) if each.overruled}
    components.notes(_overruled_texts(t, tuple(holding.values())))
    _show_one(t, store, {each.id: each for each in found}, today)


def state_of(plan: PublishedPlan, day: datetime.date) -> str:
    """Return ``revoked``, ``past``, ``coming`` or ``valid``."""
    if plan.revoked_because is not None:
        return "revoked"
    if plan.valid_until < day:
        return "past"
    return "coming" if plan.valid_from > day else "valid"


# Reading a plan takes a fifth of a second: it is read again only when something was published or revoked.
@st.cache_resource(show_spinner=False, max_entries=4)
def _publications(state: State, *, _store: DocumentStore) -> tuple[PublishedPlan, ...]:  # noqa: ARG001 - kept by it
    return publications(_store)


@st.cache_resource(show_spinner=False, max_entries=24)
def _holding(
    state: State,  # noqa: ARG001 - kept by it
    day: datetime.date,
    *,
    _store: DocumentStore,
) -> tuple[PublishedPlan, ...]:
    return published_on(_store, day)


def _overruled_texts(t: Messages, holding: Sequence[PublishedPlan]) -> list[str]:
    return [
        t(
            "mobile_take.published.overruled", name=each.name, count=count_text(len(each.overruled), t.language),
            by=", ".join(sorted(set(each.overruled.values()))),
        )
        for each in holding
    ]  # fmt: skip


def _show_one(t: Messages, store: DocumentStore, found: dict[str, PublishedPlan], today: datetime.date) -> None:
    if st.session_state.get(ONE_KEY) not in found:
        st.session_state[ONE_KEY] = next(iter(found))
    key = st.selectbox(
        t("mobile_take.published.one"), list(found), key=ONE_KEY, persist_state="session",
        # Choices that read the same are one choice to the list: the wrong plan would be taken back, or none.
        format_func=lambda k: f"{found[k].name} · {found[k].published_at:%d/%m/%Y %H:%M:%S} UTC",
    )  # fmt: skip
    one = found[key]
    history = [
        t(
            "mobile_take.published.revision", number=each.revision, who=each.saved_by_label or "–",
            day=date_text(each.saved_at.date().isoformat(), t.language), time=f"{each.saved_at:%H:%M} UTC",
        )
        for each in store.history(key)
    ]  # fmt: skip
    if one.closed_days:
        history.append(t("mobile_take.published.closed", count=count_text(len(one.closed_days), t.language)))
    if one.revoked_because is not None:
        history.append(t("mobile_take.published.because", reason=one.revoked_because))
    components.notes(history)
    if state_of(one, today) not in ("valid", "coming"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input(t("mobile_take.published.reason"), key=REASON_KEY, max_chars=500)
        st.button(
            t("mobile_take.published.revoke"), key="mobile_revoke", disabled=not reason.strip(), on_click=_revoke,
            args=(t, store, key, one.name),
        )  # fmt: skip


def _revoke(t: Messages, store: DocumentStore, key: str, name: str) -> None:
    reason = st.session_state[REASON_KEY]

    def change() -> str:
        revoke(store, key, reason, revoked_by=(st.session_state.get(LABEL_KEY) or "").strip() or None)
        st.session_state[REASON_KEY] = ""
        return t("mobile_take.published.revoked", name=name)

    attempt(t, change)


def attempt(t: Messages, change: Callable[[], str]) -> None:
    """Do a change to the store and keep what is to be said of it, good or bad."""
    try:
        st.session_state[TOLD_KEY] = (True, change())
    except FinderError as error:
        st.session_state[TOLD_KEY] = (False, refused_text(t, error))


def refused_text(t: Messages, error: FinderError) -> str:
    """Return why something could not be done, then the detail as Finder words it for all."""
    is_store = isinstance(error, StoreUnavailableError | StoreFormatError)
    return f"{t('mobile_take.publish.no_store' if is_store else 'mobile_take.publish.refused')} ({str(error)[:400]})"
