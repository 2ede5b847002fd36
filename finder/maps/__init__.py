"""Frames in, maps and charts out; knows no streamlit."""
