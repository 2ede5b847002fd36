"""The address bar and what the page shows, kept in step both ways: the address is the share link.

A page writes what it shows after its controls. When the address says something else although no control was touched,
the visitor went back, forward or changed it by hand: then the page follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from finder.pages.state import without_defaults
from finder.pages.visitor import browser_language

Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Address:
    """How one page reads and writes its address.

    Attributes
    ----------
    page
        Name of the page.
    read
        Puts what the address says, checked, into the session.
    values
        Returns what the session says, as an address writes it.
    defaults
        Values that are not worth writing.
    """

    page: str
    read: Callable[[], None]
    values: Callable[[], Values]
    defaults: Mapping[str, str]

    def follow(self) -> None:
        """Take the address over on the first visit, and whenever it was changed by other means than the controls."""
        written = st.session_state.get(self._key)
        url = st.query_params.to_dict()
        if written is None:
            self.read()
            return
        came_by_door = st.session_state.get("address_of") != self.page and not url
        if url != written and self._wanted() == written and not came_by_door:
            self.read()

    def write(self) -> None:
        """Write what the session says; each writing is a step of the browser's history, so only news are written."""
        wanted = self._wanted()
        # A door empties the address without the server being told.
        came_by_door = st.session_state.get("address_of") != self.page
        if came_by_door or wanted != st.query_params.to_dict():
            st.query_params.from_dict(wanted)
        st.session_state[self._key] = wanted
        st.session_state["address_of"] = self.page

    def shown(self) -> dict[str, str]:
        """Return the parameters of the page as it is shown."""
        return self._wanted()

    @property
    def _key(self) -> str:
        return f"address_{self.page}"

    def _wanted(self) -> dict[str, str]:
        values = {"lang": st.session_state.get("language"), **self.values()}
        return without_defaults(values, {"lang": browser_language(), **self.defaults})
