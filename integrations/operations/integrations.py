"""Create, change and delete an integration, alone or together with its use cases (api.md section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub.accounts.audit import Act
from hub.json_types import JSONObject, JSONValue
from hub.preconditions import check_version
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import UseCaseItem
from integrations.differences import differences, is_same
from integrations.models import Integration
from integrations.operations.author import Author, IntegrationProtected, recorded
from integrations.operations.declared_use_cases import declare_use_cases
from integrations.operations.use_case_rows import AUDITED_PATHS, bury, remove_use_case
from integrations.operations.use_cases import refuse_broken_expressions
from integrations.queries import get_integration, use_cases_of

NEVER_AUDITED = frozenset({"connector_config"})
"""Fields near to secrets: the trail names the places that changed, never their values."""


def create_integration(
    *, author: Author, changes: IntegrationChanges, items: Sequence[UseCaseItem] = ()
) -> Integration:
    """A new integration with the use cases that the items describe.

    Raises Invalid for a slug or an id in use, or an expression that does not compile. Must not be called within a
    transaction.
    """
    refuse_broken_expressions(item.changes for item in items)
    with recorded(author) as acts:
        integration = Integration(
            organization=author.organization, created_at=author.at, updated_at=author.at, **changes.values
        )
        integration.save(force_insert=True)
        facts = _audited(dict.fromkeys(changes.values), changes.values)
        acts.append(Act("integration.create", "integration", str(integration.pk), facts))
        acts += declare_use_cases(author=author, integration=integration, items=items)
    return integration


def update_integration(
    *,
    author: Author,
    integration_id: UUID,
    changes: IntegrationChanges,
    items: Sequence[UseCaseItem] | None = None,
    expected: frozenset[int] | None = None,
) -> Integration:
    """Apply what was sent, all of it or nothing; updated_at moves even when nothing is different.

    items None leaves the use cases alone; a list declares them all: what it does not name is deleted. expected: the
    versions the caller knows, None for any. Raises IntegrationNotFound, IntegrationProtected, Stale, or Invalid for
    what is immutable, taken or does not compile. Must not be called within a transaction.
    """
    refuse_broken_expressions(item.changes for item in items or ())
    with recorded(author) as acts:
        integration = get_integration(organization=author.organization, integration_id=integration_id)
        author.check_may_change(integration)
        check_version(integration.version, expected)
        acts += _assign(integration, changes)
        if items is not None:
            acts += declare_use_cases(author=author, integration=integration, items=items)
        integration.version += 1
        integration.updated_at = author.at
        integration.save(force_update=True)
    return integration


def delete_integration(*, author: Author, integration_id: UUID, expected: frozenset[int] | None = None) -> None:
    """Delete the integration, its use cases with their versions, and its app mappings; tombstones stay.

    Raises IntegrationNotFound, Stale, or IntegrationProtected as long as the flag is set, whoever asks.
    """
    with recorded(author) as acts:
        integration = get_integration(organization=author.organization, integration_id=integration_id)
        if integration.protected:
            raise IntegrationProtected(f"{integration.name} is protected: take the protection away first.")
        check_version(integration.version, expected)
        acts += [remove_use_case(author=author, use_case=use_case) for use_case in use_cases_of(integration)]
        bury(author, integration, object_type="integration", integration_id=integration.pk)
        acts.append(Act("integration.delete", "integration", str(integration.pk), {"name": [integration.name, None]}))
        integration.delete()


def _assign(integration: Integration, changes: IntegrationChanges) -> list[Act]:
    """Put the values on the row, unsaved; no act when nothing is different."""
    before: JSONObject = {name: getattr(integration, name) for name in changes.values}
    for name, value in changes.values.items():
        setattr(integration, name, value)
    facts = _audited(before, changes.values)
    return [Act("integration.update", "integration", str(integration.pk), facts)] if facts else []


def _audited(before: JSONObject, after: JSONObject) -> JSONObject:
    facts: JSONObject = {}
    for name, value in after.items():
        if is_same(before[name], value):
            continue
        facts[name] = _places(before[name], value) if name in NEVER_AUDITED else [before[name], value]
    return facts


def _places(before: JSONValue, after: JSONValue) -> list[JSONValue]:
    return [str(found.path) for found in differences(before, after)[:AUDITED_PATHS]]
