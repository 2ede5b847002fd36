"""The page that takes real lists of services in: choose, look, check, confirm, take back."""

from finder.pages import (
    components,
    doors,
    lists_check,
    lists_file,
    lists_mapping,
    lists_past,
    lists_report,
    lists_rights,
    lists_write,
)  # fmt: skip
from finder.pages.address import Address
from finder.words.messages import Messages


def render() -> None:
    """Show the page."""
    t = components.messages()
    doors.show_tabs(t, "about")
    components.title(t("lists.title"), t("lists.lead"))
    lists_rights.show_who(t)
    lists_write.show_done(t)
    _show_steps(t)
    lists_past.show(t)
    Address("lists", read=lambda: None, values=dict, defaults={}).write()


def _show_steps(t: Messages) -> None:
    """Show each step as soon as the one before holds."""
    chosen = lists_file.choose(t)
    raw = lists_file.read(t, chosen) if chosen is not None else None
    if chosen is None or raw is None:
        return
    lists_file.show_read(t, raw)
    order = lists_mapping.ask(t, chosen, raw)
    found = lists_check.checked(t, raw, order)
    if found is None:
        return
    lists_report.show(t, found)
    lists_write.show_confirm(t, found)
