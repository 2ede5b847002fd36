"""Finder in the browser: page config, doors, and the page that is open."""

import streamlit as st

from finder.pages import about, cached, components, coverage, find

st.set_page_config(page_title="Finder", page_icon=components.favicon(), layout="wide")
t = components.messages()
components.page_style()
door = st.navigation(
    [
        st.Page(find.render, title=t("door.find"), url_path="find", default=True),
        st.Page(coverage.render, title=t("door.coverage"), url_path="coverage"),
        st.Page(about.render, title=t("door.about"), url_path="about"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{door.title} · Finder")
components.language_switch()
components.run(door)
cached.warm_up()
