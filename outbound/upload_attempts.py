"""most_attempts_of: how often the recipes try uploads, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from integrations.models import UseCase, UseCaseType
from outbound.configuration import FileDelivery
from outbound.models import Delivery
from outbound.subscriptions import configuration_of
from outbound.uploads.receivers import is_upload
from proxies.file_proxy.upload_rules import ATTEMPTS


def most_attempts_of(deliveries: Sequence[Delivery]) -> dict[UUID, int]:
    """Delivery → its number; none for one whose mapping or recipe is gone. deliveries: of one organization.

    One query, none where nothing is uploaded.
    """
    uploads = [one for one in deliveries if is_upload(one.webhook_id) and one.mapping_id and one.integration_id]
    if not uploads:
        return {}
    rows = UseCase.objects.filter(
        organization_id=uploads[0].organization_id,
        integration_id__in={one.integration_id for one in uploads},
        type__in=(UseCaseType.OUTBOUND, UseCaseType.FILE_PROXY),
    )
    recipes: dict[tuple[UUID, str], int] = {}
    named: dict[UUID | None, str] = {}
    for row in rows:
        if row.type == UseCaseType.FILE_PROXY:
            recipes[row.integration_id, row.slug] = _attempts(row)
        elif configuration := configuration_of(row):
            named |= {
                one.id: one.delivery.use_case_slug
                for one in configuration.mappings
                if isinstance(one.delivery, FileDelivery)
            }
    places = {one.id: (one.integration_id, named.get(one.mapping_id, "")) for one in uploads}
    return {pk: recipes[place] for pk, place in places.items() if place[0] and place in recipes}


def _attempts(recipe: UseCase) -> int:
    """Of a configuration that was checked when it was stored."""
    upload = (recipe.configuration or {}).get("upload")
    most = upload.get("max_delivery_attempts") if isinstance(upload, dict) else None
    return most if isinstance(most, int) else ATTEMPTS
