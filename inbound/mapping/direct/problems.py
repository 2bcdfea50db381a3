"""Problems: everything that is wrong with a direct payload, by operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from inbound.configuration.checks import Report
from inbound.configuration.entities import EntityEntry
from inbound.mapping.result import EntityUpdate

INVALID = "DIRECT_PAYLOAD_INVALID"
UNSUPPORTED = "DIRECT_VERSION_UNSUPPORTED"
NOT_ALLOWED = "DIRECT_ENTITY_NOT_ALLOWED"
ANY_BY_ID = frozenset({"_id"})
"""Identifiers that every listed entity may be named by."""


class Problem(NamedTuple):
    """operation counts from 0; None for the payload as a whole."""

    code: str
    message: str
    path: str = ""
    operation: int | None = None

    def as_json(self) -> JSONObject:
        """{code, message, operation_index?}"""
        told: JSONObject = {"code": self.code, "message": self.message}
        return told if self.operation is None else told | {"operation_index": self.operation}


class Strict(Report):
    """A report for which an unknown key is an error."""

    def unknown_keys(self, raw: JSONObject, at: JSONPath, known: frozenset[str]) -> None:
        """Keys that nobody reads are refused."""
        for key in raw:
            if key not in known:
                self.error(at.key(key), "is not known here")


class Problems:
    """Collects instead of raising, so that a sender sees every problem at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, message: str, path: JSONPath, *, code: str = INVALID, operation: int | None = None) -> None:
        """One problem at its place."""
        self.found.append(Problem(code, f"{path}: {message}" if path else message, path, operation))

    def take(self, report: Report, number: int | None) -> None:
        """The findings of a report."""
        for finding in report.errors:
            self._take(finding, number)

    def _take(self, finding: ErrorDetail, number: int | None) -> None:
        self.add(finding.message, JSONPath(finding.path), operation=number)

    def check_allowed(self, update: EntityUpdate, entries: Sequence[EntityEntry], at: JSONPath) -> None:
        """With a list of entities, only those are taken, named by the identifiers of one entry or by _id alone."""
        if not entries:
            return
        listed = [entry for entry in entries if entry.schema == update.schema and entry.enabled is not False]
        if not listed:
            message = f"{update.schema} is not among the entities of this use case"
            self.add(message, at.key("entity_slug"), code=NOT_ALLOWED, operation=update.entry)
            return
        named = set(update.identifiers)
        if named != ANY_BY_ID and not any(named == set(entry.unique_ids) for entry in listed):
            expected = " or ".join(", ".join(entry.unique_ids) for entry in listed)
            message = f"{update.schema} is identified by {expected}, not by {', '.join(sorted(named))}"
            self.add(message, at.key("unique_ids"), code=NOT_ALLOWED, operation=update.entry)
