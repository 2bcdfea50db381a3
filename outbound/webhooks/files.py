"""FilesSent: how the bytes of an event's files go along with it (outbound.md 6.2 and 7.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hub.json_types import JSONObject, JSONPath, JSONValue
from hub.jsonata.text_functions import advice_about_files
from integrations.findings import Findings
from outbound.attachments.modes import BASE64, DELIVERY_MODES, FIELD_NAME, METADATA, MULTIPART

MODE: Final = "deliveryMode"
FILE_STRATEGIES: Final = ("single", "multi")
CONFIG, SOURCE, EXTRA_FIELDS = "multipartConfig", "fileSource", "extraFields"
FIELD_CHARACTERS: Final = 100
MOST_FIELDS: Final = 50
NO_EFFECT: Final = f"has no effect unless {MODE} is {MULTIPART}"
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FilesSent:
    """Files go along, in the JSON or as parts of a form. source: picks among the files of the event, empty for all.

    extra_fields: name → expression, beside the files of a form.
    """

    is_multipart: bool
    field_name: str = FIELD_NAME
    may_be_many: bool = False
    source: str = ""
    extra_fields: tuple[tuple[str, str], ...] = ()

    @property
    def metadata_name(self) -> str:
        """The field beside each file of a form."""
        return self.field_name + METADATA


def read_files(raw: JSONObject, at: JSONPath, findings: Findings) -> FilesSent | None:
    """None for a webhook that gets references alone. What is wrong with multipartConfig is noted in any mode."""
    mode = findings.optional_word(raw.get(MODE), at.key(MODE), DELIVERY_MODES, default="")
    form = _form(raw.get(CONFIG), at.key(CONFIG), findings)
    if mode != MULTIPART and raw.get(CONFIG) is not None:
        findings.warn(at.key(CONFIG), NO_EFFECT)
    if mode == MULTIPART and raw.get("jsonataExpression"):
        findings.warn(at.key("jsonataExpression"), "has no effect on files in a form: extraFields says what goes along")
    expression = raw.get("jsonataExpression")
    if mode == BASE64 and isinstance(expression, str) and (advice := advice_about_files(expression)):
        findings.warn(at.key("jsonataExpression"), advice)
    return form if mode == MULTIPART else FilesSent(is_multipart=False) if mode else None


def _form(raw: JSONValue, at: JSONPath, findings: Findings) -> FilesSent:
    config = findings.optional_object(raw, at) or {}
    field_name = config.get("fileFieldName")
    strategy = config.get("fileFieldStrategy")
    form = FilesSent(
        is_multipart=True,
        field_name=FIELD_NAME if field_name is None else _name(field_name, at.key("fileFieldName"), findings),
        may_be_many=findings.optional_word(
            strategy, at.key("fileFieldStrategy"), FILE_STRATEGIES, default=FILE_STRATEGIES[0]
        )
        == "multi",
        source=findings.optional_expression(config.get(SOURCE), at.key(SOURCE)) or "",
        extra_fields=_extra_fields(config.get(EXTRA_FIELDS), at.key(EXTRA_FIELDS), findings),
    )
    for name in {name for name, _ in form.extra_fields} & {form.field_name, form.metadata_name}:
        findings.error(at.key(EXTRA_FIELDS).key(name), "is a name under which the hub sends files; choose another")
    return form


def _extra_fields(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[tuple[str, str], ...]:
    fields = findings.optional_object(raw, at) or {}
    if len(fields) > MOST_FIELDS:
        findings.error(at, f"has more than {MOST_FIELDS} fields")
        return ()
    found = []
    for name, expression in fields.items():
        _name(name, at.key(name), findings)
        found.append((name, findings.expression(expression, at.key(name))))
    return tuple(found)


def _name(raw: JSONValue, at: JSONPath, findings: Findings) -> str:
    name = findings.text(raw, at, longest=FIELD_CHARACTERS)
    if _BREAKS.search(name):
        findings.error(at, "holds a line break or another control character")
    return name
