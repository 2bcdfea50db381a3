"""A held prune and the entities that it lists."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.store import EntityOperation, Member, Source, write
from hub.ids import new_id
from inbound.models import HeldPrune
from inbound.prunes.hold import Held, Scope, hold
from tests.builders import NOW
from tests.inbound.conftest import Erp

ORDER = 50


def upsert(organization: Organization, number: str, **attributes: Any) -> Entity:
    """A contact."""
    wish = EntityOperation(
        position=0, schema="contact", identifiers={"customer_number": number},
        attributes={"customer_number": number, **attributes},
    )  # fmt: skip
    with transaction.atomic():
        [result] = write(organization_id=organization.pk, operations=[wish], at=NOW, source=Source("system"))
    return Entity.objects.get(pk=result.entity_id)


def held(erp: Erp, *entities: Entity, lane_id: int = 1, scope: str = "K1", **fields: Any) -> HeldPrune:
    """A prune that would remove these of nine."""
    described = {"anchor_schema": "billing_account", "terms": {"external_id": scope}}
    usual = {
        "scope": Scope(erp.use_case.pk, HeldPrune.Kind.ENTITIES, "contact", described),
        "organization_id": erp.organization.pk, "integration_id": erp.integration.pk, "use_case_version": 1,
        "event_id": new_id(), "lane_id": lane_id, "event_order": ORDER, "is_purge": False, "scope_count": 9,
    }  # fmt: skip
    members = [Member(entity.pk, entity.version) for entity in entities]
    [prune] = hold([Held(members=members, **usual | fields)], [], NOW)
    return prune
