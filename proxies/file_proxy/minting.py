"""mint: a signed link for the address that a file entity has, if that is one of the hub's own and of this tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.errors import HubError, Invalid
from hub.json_types import JSONValue
from integrations.models import Integration
from proxies.file_proxy import links
from proxies.file_proxy.links import PATHS, SignedLink
from proxies.file_proxy.queries import parameters_in

LONGEST_ADDRESS: Final = 8192


class NotMinted(HubError):
    """The file has no address that the hub signs."""

    code = "FILE_NOT_DOWNLOADABLE"
    status = 409


def is_own(address: JSONValue) -> bool:
    """Whether the address leads to the hub's own download, whoever it belongs to. No query."""
    return isinstance(address, str) and _own_path(address) is not None


def mint(*, organization: Organization, address: JSONValue, at: datetime) -> SignedLink:
    """The address, signed for a few minutes.

    Raises NotMinted unless scheme, host and path are those of the hub's own download, and organization and integration
    in it are the caller's: the hub is no oracle that signs what somebody made up. Two queries at most.
    """
    path = _own_path(address) if isinstance(address, str) else None
    if path is None:
        raise NotMinted("This file has no address at the hub that could be opened. Store one in custom_download_url.")
    assert isinstance(address, str)  # _own_path has found a path in it
    try:
        parameters = parameters_in(urlsplit(address).query)
    except Invalid:
        raise _foreign() from None
    if parameters.get("orgId") != organization.public_id or not _owns(organization, parameters.get("integrationId")):
        raise _foreign()
    return links.sign(path, [*parameters.items()], at=at)


def _own_path(address: str) -> str | None:
    """The path behind the hub's own base, if it is one of those that are signed."""
    base = settings.HUB_BASE_URL.rstrip("/")
    if len(address) > LONGEST_ADDRESS or "#" in address:
        return None
    return next((path for path in PATHS if address.startswith(f"{base}{path}?")), None)


def _owns(organization: Organization, integration_id: str | None) -> bool:
    try:
        found = UUID(integration_id or "")
    except ValueError:
        return False
    return Integration.objects.of(organization).filter(pk=found).exists()


def _foreign() -> NotMinted:
    return NotMinted("The address of this file does not belong to an integration of this organization.")
