"""recipes_of: what the upload recipes that a use case names are at this moment (outbound.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.json_encoding import timestamp
from integrations.models import UseCase
from outbound.configuration import FileDelivery, OutboundConfiguration
from proxies.uploading.recipes import RecipeUnfit, Why, find_upload_recipe


@dataclass(frozen=True, slots=True)
class NamedRecipe:
    """What a mapping names. target None: there is no such use case. why None: files can go out by it."""

    mapping_id: UUID | None
    slug: str
    target: UseCase | None
    why: Why | None
    message: str = ""

    def as_json(self) -> dict[str, object]:
        """The published form."""
        target = self.target
        told: dict[str, object] = {
            "mapping_id": str(self.mapping_id) if self.mapping_id else None,
            "use_case_slug": self.slug,
            "resolved": self.why is None,
            "target_use_case_id": str(target.pk) if target else None,
            "target_enabled": target.enabled if target else None,
            "target_updated_at": timestamp(target.updated_at) if target else None,
        }
        return told if self.why is None else told | {"unresolved_reason": str(self.why)}


def recipes_of(
    configuration: OutboundConfiguration, *, organization: Organization, integration_id: UUID
) -> tuple[NamedRecipe, ...]:
    """Of the mappings that are on, in their order; one query each."""
    return tuple(
        named_recipe(one.delivery.use_case_slug, one.id, organization=organization, integration_id=integration_id)
        for one in configuration.mappings
        if one.enabled and isinstance(one.delivery, FileDelivery)
    )


def named_recipe(
    slug: str, mapping_id: UUID | None, *, organization: Organization, integration_id: UUID
) -> NamedRecipe:
    """What one of them is; one query."""
    try:
        found = find_upload_recipe(organization=organization, integration_id=integration_id, slug=slug)
    except RecipeUnfit as failure:
        return NamedRecipe(mapping_id, slug, failure.use_case, failure.why, failure.message)
    return NamedRecipe(mapping_id, slug, found.use_case, None)
