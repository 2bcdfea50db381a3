"""PortalValue: a field that names one or all portals of the organization (mapping.md section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.json_types import JSONObject, JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.lookups import FILTERS, PortalRef
from inbound.mapping.compiler import Compiler
from inbound.mapping.failures import MappingFailed
from inbound.mapping.notes import ODD, Notes, Place
from inbound.mapping.values import evaluate

NO_MATCH = "PORTAL_REF_NO_MATCH"
AMBIGUOUS = "PORTAL_REF_AMBIGUOUS"
UNAVAILABLE = "PORTAL_REF_LOOKUP_FAILED"
TRANSFORM = "PORTAL_REF_JSONATA_FAILED"
_UNSAID = {key: otherwise for key, _, _, otherwise in FILTERS}
"""What a portal counts as that says nothing about itself."""


class PortalValue:
    """A field with portal_ref. What fits is the same for every event of the plan."""

    def __init__(self, reference: PortalRef, place: Place, compiler: Compiler) -> None:
        self._reference = reference
        self._place = place
        portals = compiler.lookups.portals
        self._fitting = None if portals is None else _fitting(portals, reference)
        self._path = f"{reference.at}.jsonataExpression"
        self._expression = compiler.compile(self._path, reference.expression) if reference.expression else None

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """A member of the oldest portal that fits, of all of them, or what the expression makes of them.

        UNDEFINED where none fits. Raises MappingFailed. Any: a JSON value.
        """
        fitting = self._portals(notes)
        if fitting is None or (not fitting and not self._reference.takes_all):
            return UNDEFINED
        if self._expression is not None:
            chosen: JSONValue = list(fitting) if self._reference.takes_all else fitting[0]
            found = evaluate(self._expression, Context(chosen, facts=context.facts), self._path, TRANSFORM)
            if found is UNDEFINED:
                notes.found_nothing(self._place, self._reference.expression)
            return found
        values = [portal.get(self._reference.member) for portal in fitting]
        if self._reference.takes_all:
            return [value for value in values if value is not None]
        return UNDEFINED if values[0] is None else values[0]

    def _portals(self, notes: Notes) -> Sequence[JSONObject] | None:
        """None where nobody knows them and the field is left out."""
        if self._fitting is None:
            if not notes.advises:
                cause = ExpressionFailed("the portals of the organization could not be read")
                raise MappingFailed(self._reference.at, cause, code=UNAVAILABLE)
            self._warn(notes, "the portals are not known here; the attribute was left out", ODD)
        elif not self._reference.takes_all and len(self._fitting) != 1:
            if self._fitting:
                self._warn(notes, f"{len(self._fitting)} portals fit; the oldest was taken", AMBIGUOUS)
            else:
                self._warn(notes, "no portal fits the filter; the attribute was left out", NO_MATCH)
        return self._fitting

    def _warn(self, notes: Notes, message: str, code: str) -> None:
        notes.warn(self._place.schema, message, field=self._place.attribute, code=code)


def _fitting(portals: Sequence[JSONObject], reference: PortalRef) -> list[JSONObject]:
    """The portals that fit, oldest first; one without a date of creation is the oldest."""
    found = [portal for portal in portals if _fits(portal, reference)]
    return sorted(found, key=lambda portal: (str(portal.get("created_at") or ""), str(portal.get("portal_id", ""))))


def _fits(portal: JSONObject, reference: PortalRef) -> bool:
    if reference.origins and portal.get("origin") not in reference.origins:
        return False
    return all(_said(portal, key) == value for key, value in reference.wanted)


def _said(portal: JSONObject, key: str) -> JSONValue:
    value = portal.get(key)
    return (_UNSAID[key] or False) if value is None else value
