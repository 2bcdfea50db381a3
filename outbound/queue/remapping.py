"""remap: what the mappings of now make of events that were put aside; mapping_version names an expression."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.resolve import values_of
from hub.events.shaping.plan import Plan, Shaped
from hub.events.shaping.pool import shape
from hub.json_types import JSONObject
from integrations.models import UseCase
from outbound.models import QueuedMessage
from outbound.queue.dead_letters import Remap, Remapped
from outbound.queue.policies import poll_mapping

VERSION_CHARACTERS: Final = 16
GONE: Final = Remapped(failure="The use case is gone, or has no poll delivery any more.")


def mapping_version(expression: str) -> str:
    """The first characters of the SHA-256 of the expression, without the space around it; empty for none."""
    trimmed = expression.strip()
    return hashlib.sha256(trimmed.encode()).hexdigest()[:VERSION_CHARACTERS] if trimmed else ""


def remap_for(organization: Organization) -> Remap:
    """The Remap of dead letters of the organization. Waits for a child process: no transaction may be open."""
    return lambda letters: _remap(organization, letters)


def _remap(organization: Organization, letters: Sequence[QueuedMessage]) -> list[Remapped]:
    of_use_case: dict[UUID, list[QueuedMessage]] = {}
    for letter in letters:
        of_use_case.setdefault(letter.use_case_id, []).append(letter)
    rows = UseCase.objects.of(organization).filter(pk__in=of_use_case)
    found = {
        key: (version, poll_mapping(told)) for key, version, told in rows.values_list("pk", "version", "configuration")
    }
    outcomes: dict[UUID, Remapped] = {}
    for use_case_id, group in of_use_case.items():
        version, mapping = found.get(use_case_id, (None, {}))
        remapped = _remap_alike(organization, mapping, group)
        outcomes |= {key: replace(one, use_case_version=version) for key, one in remapped.items()}
    return [outcomes[letter.pk] for letter in letters]


def _remap_alike(
    organization: Organization, mapping: JSONObject, letters: Sequence[QueuedMessage]
) -> dict[UUID, Remapped]:
    if not mapping:
        return {letter.pk: GONE for letter in letters}
    expression = str(mapping.get("jsonata_expression") or "")
    version = mapping_version(expression)
    if not version:
        return {letter.pk: Remapped() for letter in letters}
    plan = Plan(body=expression, must_be_object=True, environment=dict(values_of(organization.pk)))
    shaped = shape(plan, [(bytes(letter.raw_payload), letter.occurred_at) for letter in letters])
    return {letter.pk: _outcome(one, version) for letter, one in zip(letters, shaped, strict=True)}


def _outcome(shaped: Shaped, version: str) -> Remapped:
    if shaped.failure is not None:
        return Remapped(failure=shaped.failure.message)
    return Remapped(shaped.body.encode(), version)
