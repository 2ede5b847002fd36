"""What a visitor's browser says of them."""

import streamlit as st

from finder.words.messages import Language, as_language


def browser_language() -> Language:
    """Return the language of the visitor's browser if it is one of ours, else French."""
    return as_language((st.context.locale or "").partition("-")[0].lower())
