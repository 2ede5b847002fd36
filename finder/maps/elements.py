"""Folium elements that call Finder's own script with JSON: data never becomes code or HTML on the way."""

import json
from collections.abc import Mapping
from typing import Any, Final

import folium
from branca.element import MacroElement
from folium.template import Template

_UNSAFE_IN_SCRIPT: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_json(value: object) -> str:
    """Return ``value`` as JSON that is safe inside a script: no tag can be closed or opened by a text in it.

    Raises
    ------
    ValueError
        If a number is not finite (JSON has no NaN).
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, escape in _UNSAFE_IN_SCRIPT.items():
        text = text.replace(character, escape)
    return text


class ScriptLayer(MacroElement):
    """A layer made by one function of ``finder_map.js`` and added to its parent.

    Parameters
    ----------
    function
        Name of the function in the ``finder`` object of the page.
    options
        Its only argument; must be JSON-serialisable.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = finder.{{ this.function }}({{ this.payload }});
            {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ScriptLayer"
        self.function = function
        self.payload = script_json(options)


class ScriptCall(MacroElement):
    """A call of one function of ``finder_map.js`` on the map itself; adds no layer of its own."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            finder.{{ this.function }}(map_div, {{ this.payload }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ScriptCall"
        self.function = function
        self.payload = script_json(options)


def fit_view(
    bounds: tuple[float, float, float, float], *, token: str, max_zoom: int = 15, padding_px: int = 40
) -> ScriptCall:
    """Return the call that moves the view to ``bounds``, once per ``token``: zoom and place are kept otherwise.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees (WGS84).
    token
        Name of the question shown; the view moves only when it changes.
    max_zoom
        Nearest zoom the view may take.
    padding_px
        Room left around, so that no marker is cut.
    """
    west, south, east, north = bounds
    box = [[south, west], [north, east]]
    return ScriptCall("fit", {"bounds": box, "token": token, "max_zoom": max_zoom, "padding": padding_px})


def layer_group(*elements: MacroElement) -> folium.FeatureGroup:
    """Return one folium feature group holding ``elements`` in drawing order."""
    group = folium.FeatureGroup(name="finder")
    for element in elements:
        element.add_to(group)
    return group
