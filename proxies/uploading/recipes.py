"""find_upload_recipe: the recipe that a mapping names by its slug, as it is at this moment, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.errors import HubError, Invalid
from hub.json_types import ROOT
from integrations.models import UseCase, UseCaseType
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.file_proxy.found_recipes import FoundRecipe
from proxies.file_proxy.upload_rules import UploadLimits
from proxies.file_proxy.written_secrets import masked

CONFIGURATION: Final = ROOT.key("configuration")


class Why(StrEnum):
    """Why a slug names no recipe that uploads, in the words of outbound.md section 5."""

    NOT_FOUND = "not_found"
    WRONG_TYPE = "wrong_type"
    WRONG_DIRECTION = "wrong_direction"
    DISABLED = "disabled"


class RecipeUnfit(HubError):
    """There is no recipe that could upload anything; use_case: what the slug names instead."""

    code = "UPLOAD_RECIPE_UNFIT"

    def __init__(self, why: Why, message: str, use_case: UseCase | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.use_case = use_case


@dataclass(frozen=True, slots=True)
class UploadRecipe(FoundRecipe):
    """One that uploads."""

    limits: UploadLimits


def find_upload_recipe(*, organization: Organization, integration_id: UUID, slug: str) -> UploadRecipe:
    """The recipe; one query. Raises RecipeUnfit."""
    rows = UseCase.objects.of(organization)
    use_case = rows.filter(integration_id=integration_id, slug=slug).first()
    return upload_recipe_of(organization, slug, use_case)


def upload_recipe_of(organization: Organization, slug: str, use_case: UseCase | None) -> UploadRecipe:
    """What find_upload_recipe makes of the use case that has the slug, None where none has. Raises RecipeUnfit."""
    if use_case is None:
        raise RecipeUnfit(Why.NOT_FOUND, f"The integration has no use case {slug}, by which the files were to go.")
    if use_case.type != UseCaseType.FILE_PROXY:
        raise RecipeUnfit(Why.WRONG_TYPE, f"{slug} is no file proxy; name one whose direction is upload.", use_case)
    try:
        configuration = FileProxyConfiguration.parse(masked(use_case.configuration or {}), CONFIGURATION)
    except Invalid as failure:
        raise RecipeUnfit(Why.WRONG_TYPE, f"{slug} cannot be used as it is: {failure.message}.", use_case) from failure
    if configuration.upload is None:
        raise RecipeUnfit(Why.WRONG_DIRECTION, f"{slug} downloads; name one whose direction is upload.", use_case)
    if not use_case.enabled:
        raise RecipeUnfit(Why.DISABLED, f"{slug} is disabled; enable it, then resend the delivery.", use_case)
    return UploadRecipe(organization, use_case, configuration, configuration.upload)
