"""values_of and with_values: a schedule between the JSON of its managed call and the answers of a form; pure."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any, Final

from hub.json_types import JSONObject, JSONValue
from hub.web.templatetags.source_code import json_text

Values = dict[str, Any]
"""Name of a field → its answer. Any: texts, and lists of them."""
INTERVAL, BY_HAND, OFF = "interval", "hand", "off"
NO_CURSOR, MOMENT, FOUND = "none", "moment", "found"
SINGLE, COUNTED, TOKEN, EXPRESSION = "single", "counted", "token", "expression"
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:[.][0-9]{1,30})?")
_COUNTED: Final = re.compile(r'\$count\((?P<records>.*)\) > 0 \? \{(?P<name>"(?:[^"\\]|\\.)*"): \$page \+ 1\}', re.S)
_TOKEN: Final = re.compile(r'\$boolean\((?P<where>.*)\) \? \{(?P<name>"(?:[^"\\]|\\.)*"): (?P<again>.*)\}', re.S)
PLACES: Final = {
    "inbound_use_case_slug": "target",
    "pull.every_minutes": "every_minutes",
    "pull.payload": "payload",
    "pull.cursor.parameter": "cursor_parameter",
    "pull.cursor.initial": "cursor_initial",
    "pull.cursor.next": "cursor_next",
    "pull.cursor.overlap_seconds": "overlap_seconds",
    "pull.items": "records",
    "pull.most_pages": "most_pages",
    "pull.on_demand.events": "on_demand_events",
    "pull.on_demand.payload": "on_demand_payload",
}
"""Path within the configuration → the field that asks for it."""


def values_of(configuration: JSONObject) -> Values:
    """The answers that the form starts with. Without a schedule: every 15 minutes, everything, one page."""
    if not configuration.get("pull"):
        usual = {"rhythm": INTERVAL, "every_minutes": "15", "cursor_kind": NO_CURSOR, "paging": SINGLE}
        return usual | {"target": configuration.get("inbound_use_case_slug") or ""}
    pull, cursor, asked = (_object(one) for one in _parts(configuration))
    every, payload = pull.get("every_minutes"), pull.get("payload")
    return {
        "rhythm": BY_HAND if every is None else INTERVAL,
        "every_minutes": _shown(every),
        "target": configuration.get("inbound_use_case_slug") or "",
        "payload": json_text(payload) if payload else "",
        "records": pull.get("items") or "",
        "cursor_kind": (FOUND if cursor.get("next") else MOMENT) if cursor else NO_CURSOR,
        "cursor_parameter": cursor.get("parameter") or "",
        "cursor_initial": _shown(cursor.get("initial")),
        "cursor_counts": isinstance(cursor.get("initial"), int | float),
        "cursor_next": cursor.get("next") or "",
        "overlap_seconds": _shown(cursor.get("overlap_seconds")),
        **_paging_of(pull),
        "most_pages": _shown(pull.get("most_pages")),
        "on_demand_events": asked.get("events") or [],
        "on_demand_payload": asked.get("payload") or "",
    }


def with_values(configuration: JSONObject, chosen: Values) -> JSONObject:
    """The configuration with the schedule that was asked for. Members that the form does not know stay, wherever what
    they belong to stays. chosen: checked by the form, with payload as an object."""
    changed = deepcopy(configuration)
    if chosen["rhythm"] == OFF:
        changed.pop("pull", None)
        return changed
    pull, cursor, asked = (_object(one) for one in _parts(changed))
    _put(pull, "every_minutes", whole(chosen["every_minutes"]) if chosen["rhythm"] == INTERVAL else None)
    _put(pull, "payload", chosen["payload"])
    pull["items"] = chosen["records"]
    _put(pull, "next_page", _next_page(chosen))
    _put(pull, "most_pages", whole(chosen["most_pages"]) if chosen["paging"] != SINGLE else None)
    _put(pull, "cursor", _cursor(cursor, chosen))
    events: list[JSONValue] = list(chosen["on_demand_events"])
    of_events: JSONObject = {"events": events, "payload": chosen["on_demand_payload"]}
    _put(pull, "on_demand", {**asked, **of_events} if events else None)
    changed["pull"] = pull
    _put(changed, "inbound_use_case_slug", chosen["target"])
    return changed


def whole(text: str) -> JSONValue:
    """The number; a text that is none as it is, for the parser of the configuration to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else text


def number_in(text: str) -> int | float | None:
    """The number that the text spells, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def field_of(path: str, chosen: Values) -> str | None:
    """The field that asks for what stands at the path within the configuration, or None."""
    if path.startswith("pull.next_page"):
        return {COUNTED: "page_parameter", TOKEN: "token_path"}.get(chosen.get("paging", ""), "next_page")
    return next(
        (field for place, field in PLACES.items() if path == place or path.startswith((f"{place}[", f"{place}."))), None
    )


def _cursor(stored: JSONObject, chosen: Values) -> JSONObject | None:
    kind, initial = chosen["cursor_kind"], chosen["cursor_initial"]
    if kind == NO_CURSOR:
        return None
    cursor = {**stored, "parameter": chosen["cursor_parameter"]}
    _put(cursor, "initial", number_in(initial) if chosen["cursor_counts"] else initial)
    _put(cursor, "next", chosen["cursor_next"] if kind == FOUND else None)
    _put(cursor, "overlap_seconds", whole(chosen["overlap_seconds"]) if kind == MOMENT else None)
    return cursor


def _next_page(chosen: Values) -> str:
    """The expression of each kind of paging; _paging_of knows it again."""
    if chosen["paging"] == COUNTED:
        return f"$count({chosen['records']}) > 0 ? {{{_quoted(chosen['page_parameter'])}: $page + 1}}"
    if chosen["paging"] == TOKEN:
        where = chosen["token_path"]
        return f"$boolean({where}) ? {{{_quoted(chosen['token_parameter'])}: {where}}}"
    return str(chosen["next_page"]) if chosen["paging"] == EXPRESSION else ""


def _paging_of(pull: JSONObject) -> Values:
    text = str(pull.get("next_page") or "")
    if not text:
        return {"paging": SINGLE}
    counted, token = _COUNTED.fullmatch(text), _TOKEN.fullmatch(text)
    if counted and counted["records"] == pull.get("items"):
        return {"paging": COUNTED, "page_parameter": json.loads(counted["name"])}
    if token and token["where"] == token["again"]:
        return {"paging": TOKEN, "token_path": token["where"], "token_parameter": json.loads(token["name"])}
    return {"paging": EXPRESSION, "next_page": text}


def _parts(configuration: JSONObject) -> tuple[JSONValue, JSONValue, JSONValue]:
    pull = _object(configuration.get("pull"))
    return pull, pull.get("cursor"), pull.get("on_demand")


def _object(value: JSONValue) -> JSONObject:
    return dict(value) if isinstance(value, dict) else {}


def _shown(value: JSONValue) -> str:
    return "" if value is None else str(value)


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _put(target: JSONObject, name: str, value: JSONValue) -> None:
    """Set the member, or take it away where there is nothing to say."""
    if value is None or value == "" or value == {}:
        target.pop(name, None)
    else:
        target[name] = value
