"""find_operations: the frame of a direct payload: its version and its list of operations."""

from __future__ import annotations

from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from inbound.mapping.direct.problems import UNSUPPORTED, Problems, Strict

VERSION = "1"
MOST_OPERATIONS = 100
KNOWN = frozenset({"version", "operations"})


def find_operations(payload: JSONValue, problems: Problems) -> list[tuple[JSONObject, JSONPath]]:
    """The operations with their places; none, and at least one problem, when the frame is wrong."""
    if not isinstance(payload, dict):
        problems.add("must be an object with version and operations", ROOT)
        return []
    report = Strict()
    report.unknown_keys(payload, ROOT, KNOWN)
    at = JSONPath("operations")
    operations = payload.get("operations")
    if "version" not in payload:
        report.error("version", f'is missing; it must be "{VERSION}"')
    elif payload["version"] != VERSION:
        problems.add(f'must be "{VERSION}"', JSONPath("version"), code=UNSUPPORTED)
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST_OPERATIONS:
        report.error(at, f"must be a list of 1 to {MOST_OPERATIONS} operations")
        operations = []
    problems.take(report, None)
    return [] if problems.found else _objects(operations, at, problems)


def _objects(operations: list[JSONValue], at: JSONPath, problems: Problems) -> list[tuple[JSONObject, JSONPath]]:
    found: list[tuple[JSONObject, JSONPath]] = []
    for number, operation in enumerate(operations):
        if isinstance(operation, dict):
            found.append((operation, at.index(number)))
        else:
            problems.add("must be an object", at.index(number), operation=number)
    return found
