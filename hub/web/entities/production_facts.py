"""facts_of and parameters_of: what a product order is about, in words, with what its article says of it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from hub.json_types import JSONObject, JSONValue
from hub.web.entities.changes import text_of
from hub.web.templatetags.moments import calendar_day

Fact = dict[str, object]
"""A row of components/facts_list.html."""

MOST_PARAMETERS: Final = 24
"""More are left to the attributes below."""


def facts_of(order: JSONObject, article: JSONObject) -> Iterator[Fact]:
    """How much of what is made until when, and what became of it. article: its attributes, empty if not known."""
    rows = (
        (_("Variant"), _variant(order.get("variant"), article.get("variants"))),
        (_("Ordered"), _amount(order.get("quantity"), order, article)),
        (_("Made"), _made(order, article)),
        (_("Due"), _day(order.get("due_date"))),
        (_("Workstation"), _text(order.get("workstation"))),
        (_("Completed by"), _text(order.get("completed_by"))),
    )
    for label, text in rows:
        if text:
            yield {"label": label, "value": text}
    for label, name in ((_("Started"), "started_at"), (_("Completed"), "completed_at")):
        if fact := _moment(label, order.get(name)):
            yield fact


def parameters_of(order: JSONObject, article: JSONObject) -> Iterator[Fact]:
    """What is set for this order, under the labels and with the units of the article."""
    told = order.get("parameters")
    known = {str(one.get("key")): one for one in _objects(article.get("parameters"))}
    for key, value in list(told.items())[:MOST_PARAMETERS] if isinstance(told, dict) else ():
        said = known.get(key, {})
        yield {"label": _text(said.get("label")) or key, "value": " ".join(filter(None, (_text(value), _unit(said))))}


def _unit(said: Mapping[str, JSONValue]) -> str:
    return _text(said.get("unit"))


def _objects(value: JSONValue) -> Iterator[JSONObject]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _variant(code: JSONValue, variants: JSONValue) -> str:
    name = next((_text(one.get("name")) for one in _objects(variants) if one.get("code") == code), "")
    return f"{_text(code)} ({name})" if name and name != code else _text(code)


def _amount(value: JSONValue, order: JSONObject, article: JSONObject) -> str:
    unit = _text(order.get("unit")) or _text(article.get("unit"))
    return " ".join(filter(None, (_text(value), unit))) if _text(value) else ""


def _made(order: JSONObject, article: JSONObject) -> str:
    made = _amount(order.get("quantity_completed"), order, article)
    rejected = _text(order.get("quantity_rejected"))
    if made and rejected not in ("", "0"):
        return _("%(made)s, %(rejected)s rejected") % {"made": made, "rejected": rejected}
    return made


def _day(value: JSONValue) -> str:
    try:
        day = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    return calendar_day(day) if day else _text(value)


def _moment(label: str, value: JSONValue) -> Fact | None:
    try:
        at = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is not None and at.tzinfo is not None:
        return {"label": label, "at": at}
    return {"label": label, "value": _text(value)} if _text(value) else None


def _text(value: JSONValue) -> str:
    """Numbers that are whole without a fraction; empty for no value."""
    if value is None or value == "":
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else text_of(value)
