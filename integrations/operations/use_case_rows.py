"""Insert, change and remove one use case row with its version; the transaction and the trail are the caller's."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models

from hub.accounts.audit import Act
from hub.errors import HubError
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue
from hub.plugins import load
from integrations.changes.use_case import UseCaseChanges, type_immutable
from integrations.differences import differences, is_same
from integrations.findings import refusal
from integrations.kinds import Target, kind_of
from integrations.models import Integration, Tombstone, UseCase
from integrations.operations.author import Author
from integrations.slugs import derive_slug
from integrations.versions import save_version

AUDITED_PATHS = 50
"""Changed places of a configuration that an audit entry names; the versions hold all of them."""


def insert_use_case(
    *, author: Author, integration: Integration, changes: UseCaseChanges, identifier: UUID | None, reserved: set[str]
) -> tuple[UseCase, Act]:
    """A new use case, under the given id if there is one. reserved: slugs that a derived one has to leave alone.

    Raises Invalid for a slug or an id that is taken.
    """
    use_case = UseCase(
        organization_id=integration.organization_id,
        integration=integration,
        type=changes.type,
        name=changes.name or "",
        enabled=changes.enabled is True,
        version=1,
        created_at=author.at,
        updated_at=author.at,
    )
    if identifier is not None:
        use_case.pk = identifier
        use_case.version = _first_version(integration, identifier, changes.at)
    _give_slug(use_case, changes, reserved)
    use_case.configuration = _completed(use_case, changes, author)
    save_use_case(use_case=use_case, author=author, at=changes.at, is_new=True)
    facts: JSONObject = {"name": [None, use_case.name], "type": [None, use_case.type], "slug": [None, use_case.slug]}
    return use_case, Act("use_case.create", "use_case", str(use_case.pk), facts)


def change_use_case(*, author: Author, use_case: UseCase, changes: UseCaseChanges) -> Act | None:
    """Apply what was sent; None when nothing is different, and then nothing is written.

    Raises Invalid for whatever is immutable or taken.
    """
    if changes.type != use_case.type:
        raise type_immutable(use_case.type, changes.at)
    audited = _assign(use_case, changes, author)
    has_new_description = changes.change_description not in (None, use_case.change_description)
    if not audited and not has_new_description:
        return None
    use_case.change_description = changes.change_description
    use_case.version += 1
    use_case.updated_at = author.at
    save_use_case(use_case=use_case, author=author, at=changes.at)
    return Act("use_case.update", "use_case", str(use_case.pk), {"version": use_case.version} | audited)


def replace_configuration(*, author: Author, use_case: UseCase, configuration: JSONObject, reason: str) -> None:
    """A version with members that no writer of use cases may send; the caller has checked them and who it is."""
    use_case.configuration = configuration
    use_case.change_description = reason or None
    use_case.version += 1
    use_case.updated_at = author.at
    save_use_case(use_case=use_case, author=author, at=ROOT.key("configuration"))


def remove_use_case(*, author: Author, use_case: UseCase) -> Act:
    """Delete the use case with its versions; a tombstone stays."""
    for path in settings.USE_CASE_DELETION_LISTENERS:
        load(path)(use_case=use_case)
    bury(author, use_case, object_type="use_case", integration_id=use_case.integration_id)
    act = Act("use_case.delete", "use_case", str(use_case.pk), {"name": [use_case.name, None]})
    use_case.delete()
    return act


def save_use_case(*, use_case: UseCase, author: Author, at: JSONPath, is_new: bool = False) -> None:
    """The one save() that makes a version, and then whoever listens, in the same transaction."""
    try:
        save_version(use_case, actor=author.actor, at=author.at, is_new=is_new)
    except IntegrityError as error:
        raise _taken(error, at) from error
    for path in settings.USE_CASE_LISTENERS:
        load(path)(use_case=use_case)


def bury(author: Author, buried: Integration | UseCase, *, object_type: str, integration_id: UUID) -> None:
    """Leave a tombstone, so that stored events keep a name for what they belonged to."""
    Tombstone.objects.update_or_create(
        id=buried.pk,
        defaults={
            "organization": author.organization,
            "object_type": object_type,
            "integration_id": integration_id,
            "name": buried.name,
            "slug": buried.slug if isinstance(buried, UseCase) else "",
            "version": buried.version,
            "deleted_at": author.at,
        },
    )


def touch(integration: Integration) -> None:
    """A use case of the integration was written: whoever holds an older ETag of the whole has to read again."""
    Integration.objects.filter(pk=integration.pk).update(version=models.F("version") + 1)


def slug_not_unique(at: JSONPath) -> HubError:
    """The refusal of a slug that another use case of the integration has."""
    return refusal(at.key("slug"), "is taken by another use case of this integration", code="SLUG_NOT_UNIQUE")


def _assign(use_case: UseCase, changes: UseCaseChanges, author: Author) -> JSONObject:
    """Put the changed values on the row, unsaved; answers them as the audit trail shows them."""
    audited: JSONObject = {}
    for name, value in (("name", changes.name), ("enabled", changes.enabled)):
        before = getattr(use_case, name)
        if value is not None and value != before:
            audited[name] = [before, value]
            setattr(use_case, name, value)
    if changes.slug not in (None, use_case.slug):
        before = use_case.slug
        _replace_slug(use_case, changes)
        audited["slug"] = [before, use_case.slug]
    if changes.configuration is not None:
        audited |= _assign_configuration(use_case, changes, author)
    return audited


def _assign_configuration(use_case: UseCase, changes: UseCaseChanges, author: Author) -> JSONObject:
    stored: JSONValue = use_case.configuration
    completed: JSONValue = _completed(use_case, changes, author)
    if is_same(stored, completed):
        return {}
    use_case.configuration = completed
    paths: list[JSONValue] = [str(found.path) for found in differences(stored, completed)[:AUDITED_PATHS]]
    return {"configuration": paths}


def _completed(use_case: UseCase, changes: UseCaseChanges, author: Author) -> JSONObject | None:
    """What is to be stored; the sent document with whatever only the server writes."""
    sent, kind = changes.configuration, kind_of(use_case.type)
    if sent is None:
        return None
    if sent.document is None:
        kind.check_removal(use_case.configuration or {}, sent.at)
        return None
    target = Target(author.organization, use_case.pk, author.at)
    return kind.complete(sent.document, stored=use_case.configuration, target=target, at=sent.at)


def _give_slug(use_case: UseCase, changes: UseCaseChanges, reserved: set[str]) -> None:
    taken = _slugs(use_case.integration_id)
    if changes.slug is None:
        use_case.slug, use_case.slug_is_derived = derive_slug(use_case.name, taken | reserved), True
    elif changes.slug in taken:
        raise slug_not_unique(changes.at)
    else:
        use_case.slug = changes.slug


def _replace_slug(use_case: UseCase, changes: UseCaseChanges) -> None:
    if not use_case.slug_is_derived:
        raise refusal(changes.at.key("slug"), f"is {use_case.slug} and stays so", code="SLUG_IMMUTABLE")
    if changes.slug in _slugs(use_case.integration_id):
        raise slug_not_unique(changes.at)
    use_case.slug, use_case.slug_is_derived = changes.slug or "", False


def _slugs(integration_id: UUID) -> set[str]:
    return set(UseCase.objects.filter(integration_id=integration_id).values_list("slug", flat=True))


def _first_version(integration: Integration, identifier: UUID, at: JSONPath) -> int:
    """1, or where a deleted use case of the same id left off; raises Invalid when somebody else has or had the id."""
    tombstone = Tombstone.objects.filter(pk=identifier).first()
    is_foreign = tombstone is not None and tombstone.organization_id != integration.organization_id
    if is_foreign or UseCase.objects.filter(pk=identifier).exists():
        raise refusal(at.key("id"), "is in use elsewhere")
    if tombstone is None:
        return 1
    tombstone.delete()
    return tombstone.version + 1


def _taken(error: IntegrityError, at: JSONPath) -> HubError:
    return slug_not_unique(at) if "slug" in str(error) else refusal(at.key("id"), "is in use elsewhere")
