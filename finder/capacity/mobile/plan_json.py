"""Plans as plain JSON values: a writer of one compact form, and a strict reader that trusts nothing.

Depots, stops and rounds are columns (lists of equal length); rounds and stops name depots and stops by row. See
``docs/mobile_plan.md``.
"""

import functools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from finder.capacity.mobile.duty import Depot, Duty
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.plan import PLAN_VERSION, REASONS, Plan, PlannedStop, Round, Unplaced
from finder.errors import MobileError, first_ids

BYTES_MAX: Final = 180_000
"""Of the canonical text: the store of documents takes 200,000, and a publication says more than its plan."""
STOPS_MAX: Final = 2_000
ROUNDS_MAX: Final = 4_000
DEPOTS_MAX: Final = 100
UNITS_MAX: Final = 100
FIGURES_MAX: Final = 200
QUESTION_BYTES_MAX: Final = 20_000

_SHOWN_TEXT: Final = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]*$"
"""No control characters, and none that turn the direction of the text round."""
_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\\Z"}
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 120, "pattern": _SHOWN_TEXT}
_NIS: Final = {"type": "string", "pattern": "^[0-9]{5}\\Z"}
_LON: Final = {"type": "number", "minimum": -180, "maximum": 180}
_LAT: Final = {"type": "number", "minimum": -90, "maximum": 90}
_ROW: Final = {"type": "integer", "minimum": 0, "maximum": STOPS_MAX}
_UNIT: Final = {"type": "integer", "minimum": 1, "maximum": UNITS_MAX}
_WEEKDAY: Final = {"type": "integer", "minimum": 0, "maximum": 6}
_WEEK: Final = {"type": "integer", "minimum": 0, "maximum": WEEKS - 1}
_TIME: Final = {"type": "integer", "minimum": 0, "maximum": 24 * 60 - 1}
_CHILDREN: Final = {"type": "number", "minimum": 0, "maximum": 1e6}
_WEEKDAYS: Final = {"type": "array", "items": _WEEKDAY, "minItems": 1, "maxItems": 7}


def _list(items: object, most: int) -> dict[str, object]:
    return {"type": "array", "items": items, "maxItems": most}


def _table(columns: Mapping[str, object], most: int) -> dict[str, object]:
    return _object({name: _list(items, most) for name, items in columns.items()})


def _object(fields: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "properties": dict(fields), "required": list(fields), "additionalProperties": False}


_MINUTES: Final = {"type": "integer", "minimum": 0, "maximum": 24 * 60}
_DUTY: Final[dict[str, object]] = {
    **dict.fromkeys(
        ("start_min", "shift_min", "break_min", "break_after_stops", "setup_min", "session_min", "packing_min",
         "most_stops_per_day"), _MINUTES,
    ),
    "weekdays": _WEEKDAYS,
    "step_min": _MINUTES,
}  # fmt: skip
_DEPOTS: Final[dict[str, object]] = {
    "id": _ID,
    "name": _NAME,
    "lon": _LON,
    "lat": _LAT,
    "units": {"type": "integer", "minimum": 0, "maximum": UNITS_MAX},
}
_STOPS: Final[dict[str, object]] = {
    "id": _ID,
    "name": _NAME,
    "nis": _NIS,
    "lon": _LON,
    "lat": _LAT,
    "depot": _ROW,
    "unit": _UNIT,
    "weekday": _WEEKDAY,
    "weeks": _list(_WEEK, WEEKS),
    "starts_min": _list(_TIME, WEEKS),
    "children": _CHILDREN,
    "need_share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
}
_ROUNDS: Final[dict[str, object]] = {
    "depot": _ROW,
    "unit": _UNIT,
    "week": _WEEK,
    "weekday": _WEEKDAY,
    "stops": {**_list(_ROW, 8), "minItems": 1},
    "drive_min": _list(_MINUTES, 9),
    "starts_min": _list(_TIME, 8),
    "end_min": {"type": "integer", "minimum": 0, "maximum": 2 * 24 * 60},
    "km": {"type": ["number", "null"], "minimum": 0, "maximum": 1e5},
}
_UNPLACED: Final[dict[str, object]] = {
    "id": _ID,
    "name": _NAME,
    "nis": _NIS,
    "sessions": {"type": "integer", "minimum": 1, "maximum": WEEKS},
    "children": _CHILDREN,
    "reason": {"enum": list(REASONS)},
}

SCHEMA: Final[dict[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Finder plan of mobile consultations",
    **_object(
        {
            "version": {"const": PLAN_VERSION},
            "calendar": {"enum": ["months", "weeks"]},
            "duty": _object(_DUTY),
            "depots": _table(_DEPOTS, DEPOTS_MAX),
            "stops": _table(_STOPS, STOPS_MAX),
            "rounds": _table(_ROUNDS, ROUNDS_MAX),
            "unplaced": _table(_UNPLACED, STOPS_MAX),
            "question": {"type": "object"},
            "figures": {
                "type": "object",
                "maxProperties": FIGURES_MAX,
                "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,79}\\Z"},
                "additionalProperties": {"type": "number", "minimum": -1e12, "maximum": 1e12},
            },
        }
    ),
}
"""JSON Schema, Draft 2020-12. A new shape gets a new ``version``."""


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain JSON values, the same for the same plan; nothing of it is rounded.

    Raises
    ------
    MobileError
        If the reader would refuse it: a round of a stop or depot the plan does not list, a number that is none, a plan
        larger than :data:`BYTES_MAX`.
    """
    depot_rows = {depot.depot_id: row for row, depot in enumerate(plan.depots)}
    stop_rows = {stop.stop_id: row for row, stop in enumerate(plan.stops)}
    data: dict[str, Any] = {
        "version": PLAN_VERSION,
        "calendar": plan.calendar,
        "duty": {name: _plain(getattr(plan.duty, name)) for name in _DUTY},
        "depots": {name: [getattr(each, "depot_id" if name == "id" else name) for each in plan.depots]
                   for name in _DEPOTS},
        "stops": {
            name: [
                _row(depot_rows, stop.depot_id, "depot", f"Stop {stop.stop_id}") if name == "depot"
                else _plain(getattr(stop, "stop_id" if name == "id" else name))
                for stop in plan.stops
            ]
            for name in _STOPS
        },
        "rounds": {
            "depot": [_row(depot_rows, one.depot_id, "depot", _day(one)) for one in plan.rounds],
            "stops": [[_row(stop_rows, each, "stop", _day(one)) for each in one.stop_ids] for one in plan.rounds],
            **{name: [_plain(getattr(one, name)) for one in plan.rounds]
               for name in _ROUNDS if name not in ("depot", "stops")},
        },
        "unplaced": {name: [getattr(left, "stop_id" if name == "id" else name) for left in plan.unplaced]
                     for name in _UNPLACED},
        "question": dict(plan.question),
        "figures": dict(plan.figures),
    }  # fmt: skip
    plan_from_dict(data)
    return data


def plan_from_dict(data: object) -> Plan:
    """Return the plan of plain JSON values, or refuse all of it.

    Only the form is judged here; whether the plan keeps its rules says :func:`finder.capacity.mobile.check.check_plan`.

    Raises
    ------
    MobileError
        What is wrong and where: a missing or unknown field, a wrong type, a number that is none or out of range,
        columns of different lengths, a row that is not there, an id given twice, another version, too large a plan.
    """
    given = _checked(data)
    duty = Duty(**{name: _lists_to_tuples(value) for name, value in given["duty"].items()})
    depots = tuple(
        Depot(depot_id=row["id"], name=row["name"], lon=row["lon"], lat=row["lat"], units=int(row["units"]))
        for row in _rows(given, "depots")
    )
    stops = tuple(
        PlannedStop(
            stop_id=row["id"],
            name=row["name"],
            nis=row["nis"],
            lon=row["lon"],
            lat=row["lat"],
            depot_id=_at(depots, row["depot"], f"stops, row {number}, depot").depot_id,
            unit=row["unit"],
            weekday=row["weekday"],
            weeks=_same_length(row, "weeks", len(row["starts_min"]), f"stops, row {number}"),
            starts_min=tuple(row["starts_min"]),
            children=row["children"],
            need_share=row["need_share"],
        )
        for number, row in enumerate(_rows(given, "stops"))
    )
    rounds = tuple(
        Round(
            depot_id=_at(depots, row["depot"], f"rounds, row {number}, depot").depot_id,
            unit=row["unit"],
            week=row["week"],
            weekday=row["weekday"],
            stop_ids=tuple(_at(stops, each, f"rounds, row {number}, stops").stop_id for each in row["stops"]),
            drive_min=_same_length(row, "drive_min", len(row["stops"]) + 1, f"rounds, row {number}"),
            starts_min=_same_length(row, "starts_min", len(row["stops"]), f"rounds, row {number}"),
            end_min=row["end_min"],
            km=row["km"],
        )
        for number, row in enumerate(_rows(given, "rounds"))
    )
    unplaced = tuple(
        Unplaced(row["id"], row["name"], row["nis"], row["sessions"], row["children"], row["reason"])
        for row in _rows(given, "unplaced")
    )
    return Plan(given["calendar"], duty, depots, stops, rounds, unplaced, given["question"], given["figures"])


def _checked(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise MobileError(f"A plan is a JSON object, not {type(data).__name__}.")
    if "version" in data and data["version"] != PLAN_VERSION:
        raise MobileError(
            f"version: {str(data['version'])[:40]!r} is not known, this Finder reads {PLAN_VERSION}. "
            "Use the Finder that wrote the plan."
        )
    try:
        odd = next(_not_finite(data), None)
        if odd is not None:
            raise MobileError(f"{odd}: NaN and infinite are no numbers of a plan. Correct it; nothing of it was read.")
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        size = len(text.encode())
        question_size = len(json.dumps(data.get("question"), ensure_ascii=False, separators=(",", ":")).encode())
        # Read again: nothing is shared with the caller's values, and tuples are lists.
        given: dict[str, Any] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, MobileError):
            raise
        raise MobileError(f"The plan is not plain JSON: {str(error)[:200]}. Correct it; nothing was read.") from error
    if size > BYTES_MAX or question_size > QUESTION_BYTES_MAX:
        raise MobileError(
            f"The plan has {size:,} bytes and its question {question_size:,}: {BYTES_MAX:,} and "
            f"{QUESTION_BYTES_MAX:,} at most. Split it by depot, or shorten what it tells."
        )
    fault = min(_validator().iter_errors(given), key=lambda each: list(map(str, each.absolute_path)), default=None)
    if fault is not None:
        raise MobileError(_told(fault))
    return given


def _rows(given: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
    columns = given[table]
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise MobileError(f"{table}: its columns have different lengths ({told}). Give every row all its values.")
    if "id" in columns:
        ids = columns["id"]
        twice = sorted({each for each in ids if ids.count(each) > 1}) if len(set(ids)) < len(ids) else []
        if twice:
            raise MobileError(f"{table}, id: given twice: {first_ids(twice)}. Every id is given once.")
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _at(rows: Sequence[Any], row: int, where: str) -> Any:  # noqa: ANN401 - depots or stops
    if row >= len(rows):
        raise MobileError(f"{where}: row {row} is not there, the table has {len(rows)}.")
    return rows[row]


def _same_length(row: Mapping[str, Any], name: str, length: int, where: str) -> tuple[int, ...]:
    if len(row[name]) != length:
        raise MobileError(f"{where}, {name}: {len(row[name])} values, {length} belong there.")
    return tuple(row[name])


def _row(rows: Mapping[str, int], key: str, what: str, where: str) -> int:
    if key not in rows:
        raise MobileError(f"{where}: {what} {key!r} is not in the plan. Correct the plan before it is written.")
    return rows[key]


def _day(one: Round) -> str:
    return f"Round of depot {one.depot_id}, unit {one.unit}, week {one.week}, weekday {one.weekday}"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _lists_to_tuples(value: object) -> Any:  # noqa: ANN401 - fields of a Duty
    return tuple(value) if isinstance(value, list) else value


def _not_finite(value: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield where numbers are NaN or infinite."""
    if isinstance(value, float) and not math.isfinite(value):
        yield ", ".join(path)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _not_finite(part, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for row, part in enumerate(value):
            yield from _not_finite(part, (*path, f"row {row}"))


@functools.cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema's validators have no common type
    import jsonschema  # type: ignore[import-untyped]

    strict = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    return jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=strict)(SCHEMA)


def _told(fault: Any) -> str:  # noqa: ANN401 - a jsonschema ValidationError
    where = ", ".join(f"row {part}" if isinstance(part, int) else str(part) for part in fault.absolute_path)
    what = fault.message[:200] if fault.validator != "pattern" else "has characters that are not allowed, or too many"
    return f"{where or 'The plan'}: {what}. Correct it; nothing of it was read."
