"""What a visitor's browser says of them."""

from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from finder.words.messages import Language, as_language

OWN_NAMES: Final = ("localhost", "127.0.0.1", "::1")
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""Headers by which a server in front of ours says that it passes a visitor on."""


def browser_language() -> Language:
    """Return the language of the visitor's browser if it is one of ours, else French."""
    return as_language((st.context.locale or "").partition("-")[0].lower())


def is_at_this_computer() -> bool:
    """Return whether the visitor sits at the computer that runs Finder: its address bar says so, nobody passed it on.

    A convenience for a local installation, not a lock: a server that others reach sets ``FINDER_IMPORTS``.
    """
    headers = st.context.headers
    if st.context.ip_address is not None or any(name in headers for name in PASSED_ON):
        return False
    return urlsplit(headers.get("Origin", "")).hostname in OWN_NAMES
