"""Finder in the browser: page config, doors, and the page that is open."""

import streamlit as st

from finder.pages import cached, components, doors

st.set_page_config(page_title="Finder", page_icon=components.favicon(), layout="wide")
t = components.messages()
components.page_style()
door = st.navigation(list(doors.pages(t).values()), position="top")
st.set_page_config(page_title=f"{door.title} · Finder")
components.language_switch()
components.run(door)
cached.warm_up()
