"""fitted: a payload whose texts and numbers have the form that its JSON Schema asks for; pure.

The store takes a number for a text, and digits in quotes for a number, because ERPs mean the same by both. Receivers
of events may rely on the types that the schema of an event tells them.
"""

from __future__ import annotations

import re
from typing import Any, Final

from hub.entities.keys import string_form
from hub.events.catalogue.envelope import Document
from hub.json_types import JSONObject

NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
EXACT_CHARACTERS: Final = 15
"""Digits in quotes that become a number without losing any; longer ones stay as they are."""


def fitted(document_schema: Document, payload: JSONObject) -> JSONObject:
    """The payload anew, with numbers written as texts and digits as numbers wherever the schema wants that.

    What does not fit for other reasons is left as it is, for misfits to tell. document_schema is one that
    json_schema_of made: of several forms the first counts, and references lead to its ``$defs``.
    """
    shown: JSONObject = _fitted(payload, document_schema, document_schema.get("$defs", {}))
    return shown


def _fitted(value: Any, form: Any, shared: Document) -> Any:  # Any: all of JSON
    if not isinstance(form, dict):
        return value
    if "$ref" in form:
        form = shared.get(form["$ref"].removeprefix("#/$defs/"), {})
    if "anyOf" in form:
        form = form["anyOf"][0]
    if isinstance(value, dict):
        forms = form.get("properties", {})
        return {name: _fitted(one, forms.get(name), shared) for name, one in value.items()}
    if isinstance(value, list):
        return [_fitted(one, form.get("items"), shared) for one in value]
    return _scalar(value, form.get("type"))


def _scalar(value: Any, kind: Any) -> Any:  # Any: all of JSON
    kinds = kind if isinstance(kind, list) else [kind]
    if isinstance(value, str) and "number" in kinds and "string" not in kinds:
        return _number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "string" in kinds and "number" not in kinds:
        return string_form(value)
    return value


def _number(text: str) -> Any:  # Any: a number, or the text
    if len(text) > EXACT_CHARACTERS or not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
