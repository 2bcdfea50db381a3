"""find_recipe: the recipe that a verified link names, and who may open it from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.environments.portals import portals_of
from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT
from integrations.models import UseCase, UseCaseType
from proxies.file_proxy.configuration import FileProxyConfiguration, Response
from proxies.file_proxy.failures import DownloadFailed, MissingParameters, not_found
from proxies.file_proxy.found_recipes import FoundRecipe
from proxies.file_proxy.parameters import STANDARD
from proxies.file_proxy.written_secrets import masked

CONFIGURATION: Final = ROOT.key("configuration")
UPLOAD: Final = "upload"
"""The direction of recipes that bring nothing."""


@dataclass(frozen=True, slots=True)
class Recipe(FoundRecipe):
    """One that brings files."""

    response: Response

    def params_in(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """What templates and expressions see of a link. Raises MissingParameters with every name that is missing."""
        missing = [one.name for one in self.configuration.params if one.is_required and not parameters.get(one.name)]
        if missing:
            details = [ErrorDetail(name, "is required") for name in missing]
            raise MissingParameters(f"The link lacks what the file is found by: {', '.join(missing)}.", details=details)
        declared = {one.name for one in self.configuration.params}
        return {name: value for name, value in parameters.items() if name in declared or name in STANDARD}

    def check_origin(self, origin: str | None) -> None:
        """Raise DownloadFailed for a page of another site; no origin is that of a link that somebody follows."""
        if origin is not None and origin not in self._origins():
            raise DownloadFailed(403, "ORIGIN_NOT_ALLOWED", "The page that asked is in none of the allowed_origins.")

    def _origins(self) -> set[str]:
        own = urlsplit(settings.HUB_BASE_URL)
        portals = portals_of(self.organization.pk, self.organization.config_version)
        domains = {str(portal["domain"]).lower() for portal in portals if portal["enabled"] and portal["domain"]}
        of_portals = {f"https://{domain}" for domain in domains}
        return {f"{own.scheme}://{own.netloc}", *self.configuration.allowed_origins} | of_portals


def find_recipe(parameters: Mapping[str, str]) -> Recipe:
    """The recipe. Raises Invalid unless exactly one of useCaseSlug and useCaseId is there, and DownloadFailed with the
    same answer for whatever is unknown, disabled, of another type or for uploads. Two queries.
    """
    if ("useCaseSlug" in parameters) == ("useCaseId" in parameters):
        raise Invalid("The link needs exactly one of useCaseSlug and useCaseId.")
    organization = _organization(parameters["orgId"])
    use_case = _use_case(organization, parameters)
    if not use_case.enabled or use_case.type != UseCaseType.FILE_PROXY:
        raise not_found("The use case is disabled or no file proxy.")
    stored = use_case.configuration or {}
    if stored.get("direction") == UPLOAD:
        raise not_found("The use case is for uploads.")
    try:
        configuration = FileProxyConfiguration.parse(masked(stored), CONFIGURATION)
    except Invalid as failure:
        raise DownloadFailed(500, "USE_CASE_MISSING_CONFIG", failure.message) from failure
    if configuration.response is None:
        raise not_found("The use case is for uploads.")
    return Recipe(organization, use_case, configuration, configuration.response)


def _organization(public_id: str) -> Organization:
    is_number = public_id.isascii() and public_id.isdigit() and len(public_id) < 19
    found = Organization.objects.filter(pk=int(public_id)).first() if is_number else None
    if found is None:
        raise not_found("There is no such organization.")
    return found


def _use_case(organization: Organization, parameters: Mapping[str, str]) -> UseCase:
    integration_id = _uuid(parameters.get("integrationId", ""))
    rows = UseCase.objects.of(organization).filter(integration_id=integration_id)
    if "useCaseId" in parameters:
        found = rows.filter(pk=_uuid(parameters["useCaseId"])).first()
    else:
        found = rows.filter(slug=parameters["useCaseSlug"]).first()
    if found is None:
        raise not_found("There is no such use case in this integration.")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_found("An id in the link is none.") from None
