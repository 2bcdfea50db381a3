"""UseCaseKind: what the code behind a type of use case must offer; kind_of finds it by the wiring list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from hub.plugins import load


class ParsedConfiguration(Protocol):
    """The least that a typed configuration tells about itself."""

    @property
    def expressions(self) -> Sequence[tuple[JSONPath, str]]:
        """Every JSONata expression with its place; they are compiled before the configuration is stored."""

    @property
    def warnings(self) -> Sequence[ErrorDetail]:
        """What is stored, but probably not meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """The use case that a configuration is written to, and when; what is sealed is sealed for it."""

    organization: Organization
    use_case_id: UUID
    moment: datetime


class UseCaseKind(Protocol):
    """One type of use case."""

    label: str
    """What people call it."""
    shape: JSONObject
    """JSON Schema of its configuration, as the OpenAPI document shows it; empty where the document says nothing."""
    example: JSONObject
    """A configuration of that shape; empty without one."""

    def parse(self, raw: JSONObject, at: JSONPath) -> ParsedConfiguration:
        """The typed form. Raises Invalid naming the JSON path of everything that is wrong."""

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
        """What is stored when raw was sent: the members that only the server writes are filled in from stored.

        raw has passed parse. stored is the configuration it replaces, None when there is none. Raises Invalid when
        raw changes something that may not be changed, or refers to something that may not stand there. The result
        has no part that is shared with raw or stored and then changed.
        """

    def check_removal(self, stored: JSONObject, at: JSONPath) -> None:
        """Raise Invalid when the stored configuration may not be taken away from its use case."""

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """What is probably not meant, told to whoever has saved it."""

    def shown(self, stored: JSONObject) -> JSONObject:
        """What anybody gets to see of it: literal secrets are masked."""


class PlainKind:
    """A kind whose configuration is stored and shown just as it is sent."""

    shape: JSONObject = {}
    example: JSONObject = {}

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
        """raw itself."""
        return raw

    def check_removal(self, stored: JSONObject, at: JSONPath) -> None:
        """May always be taken away."""

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """None."""
        return ()

    def shown(self, stored: JSONObject) -> JSONObject:
        """stored itself."""
        return stored


@lru_cache(maxsize=16)
def kind_of(type: str) -> UseCaseKind:
    """The kind of that type of use case; every type that a model can hold has one."""
    kind: UseCaseKind = load(settings.USE_CASE_KINDS[type])()
    return kind
