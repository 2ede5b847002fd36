"""Finder: early-childhood services of Wallonia and Brussels, in minutes, on a map.

Importing this package stays light: no osmnx, scikit-learn, streamlit or folium (a test holds it to that).
"""

__version__ = "0.1.0"
