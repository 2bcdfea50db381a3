"""refuse_unbound: whoever saves an expression is told of a variable that nothing gives a value."""

from __future__ import annotations

from collections.abc import Iterable

from hub.events.shaping.plan import BINDINGS
from hub.json_types import JSONPath
from hub.jsonata.bindings import find_unbound
from integrations.findings import Findings


def refuse_unbound(expressions: Iterable[tuple[JSONPath, str]]) -> None:
    """Raise Invalid with line and column of the first such variable of each.

    To be asked when something is saved, not when it is read: what was stored before there was such a rule goes on.
    """
    findings = Findings()
    for at, expression in expressions:
        unbound = find_unbound(expression, BINDINGS)
        if unbound is not None:
            place = f"line {unbound.line}, column {unbound.column}"
            findings.error(at, f"{unbound.name} is not known in outbound expressions ({place})")
    findings.raise_if_any()
