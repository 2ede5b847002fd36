"""Scenarios as JSON text: a strict reader that trusts nothing, and a writer of one form."""

import datetime
import functools
import json
import math
from typing import Any, Final, NoReturn

from finder.capacity.scenario import (
    ACTIONS_MAX,
    PLACES_MAX,
    SESSIONS_MAX,
    SIZE_UNIT,
    Action,
    Close,
    Move,
    Open,
    Resize,
    Scenario,
)
from finder.errors import ScenarioFormatError, ScenarioSizeError

FORMAT_VERSION: Final = 1
BYTES_MAX: Final = 20_000

_SHOWN_TEXT: Final = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]*$"
"""No control characters, and none that turn the direction of the text round."""

_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\\Z"}
_KIND: Final = {"enum": list(SIZE_UNIT)}
_LON: Final = {"type": "number", "minimum": -180, "maximum": 180}
_LAT: Final = {"type": "number", "minimum": -90, "maximum": 90}
_PLACES: Final = {"type": ["integer", "null"], "exclusiveMinimum": 0, "maximum": PLACES_MAX}
_SESSIONS: Final = {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": SESSIONS_MAX}
_NAME: Final = {"type": "string", "maxLength": 120, "pattern": _SHOWN_TEXT}


def _action_schema(verb: str, fields: dict[str, object], *, required: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {"action": {"const": verb}, "site_id": _ID, "kind": _KIND, **fields},
        "required": ["action", "site_id", "kind", *required],
        "additionalProperties": False,
    }


_BRANCHES: Final[dict[str, dict[str, object]]] = {
    "open": _action_schema(
        "open",
        {
            "lon": _LON,
            "lat": _LAT,
            "places": _PLACES,
            "sessions_per_month": _SESSIONS,
            "subsidised": {"type": "boolean"},
            "income_related": {"type": "boolean"},
            "name": _NAME,
        },
    ),
    "close": _action_schema("close", {}),
    "resize": _action_schema("resize", {"places": _PLACES, "sessions_per_month": _SESSIONS}),
    "move": _action_schema("move", {"lon": _LON, "lat": _LAT}, required=("lon", "lat")),
}

SCHEMA: Final[dict[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Finder scenario",
    "type": "object",
    "properties": {
        "version": {"const": FORMAT_VERSION},
        "id": _ID,
        "name": {**_NAME, "minLength": 1},
        "base_date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}\\Z"},
        "data_version": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._-]*\\Z"},
        "actions": {
            "type": "array",
            "maxItems": ACTIONS_MAX,
            "items": {
                "type": "object",
                "properties": {"action": {"enum": list(_BRANCHES)}},
                "required": ["action"],
                "allOf": [
                    {"if": {"properties": {"action": {"const": name}}, "required": ["action"]}, "then": branch}
                    for name, branch in _BRANCHES.items()
                ],
            },
        },
    },
    "required": ["version", "id", "name", "base_date", "data_version", "actions"],
    "additionalProperties": False,
}
"""JSON Schema, Draft 2020-12. A new shape of the text gets a new ``version``."""

_TYPES: Final = {"open": Open, "close": Close, "resize": Resize, "move": Move}


def parse_scenario(text: str | bytes) -> Scenario:
    """Return the scenario of a JSON text, or refuse all of it.

    Parameters
    ----------
    text
        At most :data:`BYTES_MAX` bytes of UTF-8.

    Raises
    ------
    ScenarioSizeError
        If the text is too long or has too many actions.
    ScenarioFormatError
        If it is no JSON, has NaN, infinite numbers, doubled or unknown fields, or does not keep :data:`SCHEMA`.
    SiteSizeError, ContradictionError
        As :class:`finder.capacity.scenario.Scenario`.
    """
    given = _decoded(text)
    if isinstance(given, dict) and isinstance(given.get("actions"), list) and len(given["actions"]) > ACTIONS_MAX:
        raise ScenarioSizeError(
            f"The scenario has {len(given['actions'])} actions: {ACTIONS_MAX} at most. Split it into several."
        )
    fault = min(_validator().iter_errors(given), key=lambda error: list(map(str, error.absolute_path)), default=None)
    if fault is not None:
        raise ScenarioFormatError(_told(fault))
    try:
        day = datetime.date.fromisoformat(given["base_date"])
    except ValueError as error:
        raise ScenarioFormatError(f"base_date: {given['base_date']} is no day of the calendar.") from error
    return Scenario(
        id=given["id"],
        name=given["name"],
        base_date=day,
        data_version=given["data_version"],
        actions=tuple(_action(fields) for fields in given["actions"]),
    )


def scenario_json(scenario: Scenario) -> str:
    """Return the scenario as JSON, one form only: fields in their order, those with their default left out."""
    fields = {
        "version": FORMAT_VERSION,
        "id": scenario.id,
        "name": scenario.name,
        "base_date": scenario.base_date.isoformat(),
        "data_version": scenario.data_version,
        "actions": [_fields(action) for action in scenario.actions],
    }
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _fields(action: Action) -> dict[str, object]:
    given = {name: value for name, value in vars(action).items() if value is not None and value is not False}
    return {"action": type(action).__name__.lower()} | {name: value for name, value in given.items() if value != ""}


def _action(fields: dict[str, Any]) -> Action:
    made: Action = _TYPES[fields["action"]](**{name: value for name, value in fields.items() if name != "action"})
    return made


def _decoded(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        raw = text.encode() if isinstance(text, str) else text
        if len(raw) > BYTES_MAX:
            raise ScenarioSizeError(f"The scenario has {len(raw)} bytes: {BYTES_MAX} at most.")
        given = json.loads(raw.decode(), parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_once)
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        if isinstance(error, ScenarioFormatError | ScenarioSizeError):
            raise
        raise ScenarioFormatError(f"The scenario is no JSON text in UTF-8 ({type(error).__name__}).") from error
    return given


def _refuse_constant(name: str) -> NoReturn:
    raise ScenarioFormatError(f"The scenario holds {name}: give numbers only.")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ScenarioFormatError(f"The scenario holds the number {digits[:20]}, which is too large.")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ScenarioFormatError("The scenario names a field twice: keep one of them.")
    return fields


@functools.cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema's validators have no common type
    import jsonschema  # type: ignore[import-untyped]

    return jsonschema.Draft202012Validator(SCHEMA)


def _told(fault: Any) -> str:  # noqa: ANN401 - a jsonschema ValidationError
    path = list(fault.absolute_path)
    if path[:1] == ["actions"] and len(path) > 1:
        where = ", ".join([f"Action {int(path[1]) + 1}", *map(str, path[2:])])
    else:
        where = ", ".join(map(str, path)) or "The scenario"
    what = fault.message[:200] if fault.validator != "pattern" else "has characters that are not allowed, or too many"
    return f"{where}: {what}. Correct it; nothing was changed."
