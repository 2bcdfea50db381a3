"""Members of a webhook on which nothing acts yet: those that are kept and shown, and those that are refused."""

from __future__ import annotations

from typing import Final

from hub.json_types import ROOT, JSONObject, JSONPath
from integrations.findings import Findings, refusal

MODE: Final = "deliveryMode"
DELIVERY_MODES: Final = ("json_base64", "binary_multipart")
FILE_STRATEGIES: Final = ("single", "multi")
_KEPT: Final = "is kept, but has no effect yet"


def check_what_comes_later(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    """Note what is wrong with files, and warn that they are not sent yet."""
    if raw.get(MODE) is not None:
        findings.word(raw[MODE], at.key(MODE), DELIVERY_MODES)
        findings.warn(at.key(MODE), f"{_KEPT}: files are not sent")
    _check_multipart(raw, at.key("multipartConfig"), findings)


def refuse_files(before: JSONObject, document: JSONObject) -> None:
    """Raise Invalid for what would leave a receiver without the files that it waits for.

    before is the stored webhook, empty for a new one: what is stored already may be saved again with the rest.
    """
    mode = document.get(MODE)
    if mode in DELIVERY_MODES and mode != before.get(MODE):
        raise refusal(
            ROOT.key(MODE),
            "asks for the contents of files, and the hub keeps only links to them so far. Leave it out: the event names"
            " its files, and the receiver fetches them",
        )


def _check_multipart(raw: JSONObject, at: JSONPath, findings: Findings) -> None:
    multipart = findings.optional_object(raw.get("multipartConfig"), at)
    if multipart is None:
        return
    findings.optional_text(multipart.get("fileFieldName"), at.key("fileFieldName"), shortest=1)
    strategy = multipart.get("fileFieldStrategy")
    findings.optional_word(strategy, at.key("fileFieldStrategy"), FILE_STRATEGIES, default=FILE_STRATEGIES[0])
    findings.optional_expression(multipart.get("fileSource"), at.key("fileSource"))
    fields = findings.optional_object(multipart.get("extraFields"), at.key("extraFields")) or {}
    for name, expression in fields.items():
        findings.expression(expression, at.key("extraFields").key(name))
    findings.warn(at, f"{_KEPT}: files are not sent")
