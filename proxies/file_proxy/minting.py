"""mint: a signed link for the address that a file entity has, if that is one of the hub's own and of this tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.entities.files.linking import link_to_version
from hub.entities.files.reading import find_version
from hub.entities.read import get_entity
from hub.errors import HubError, Invalid, NotFound
from hub.json_types import JSONValue
from hub.served_files import links
from hub.served_files.links import SignedLink
from hub.served_files.queries import parameters_in
from integrations.models import Integration

FILE: Final = "file"
ADDRESS: Final = "custom_download_url"
LONGEST_ADDRESS: Final = 8192
DOWNLOAD: Final = "/download"
STREAM: Final = "/stream/download"
PATHS: Final = (DOWNLOAD, STREAM)
"""Where links lead; each is signed for one of them."""


class NotMinted(HubError):
    """The file has no address that the hub signs."""

    code = "FILE_NOT_DOWNLOADABLE"
    status = 409


def link_to(
    *,
    organization: Organization,
    file_id: UUID,
    at: datetime,
    is_inline: bool = False,
    version_index: int | None = None,
) -> SignedLink:
    """A link to what a file entity stands for; is_inline asks browsers to show it rather than to save it.

    What the hub has stored itself comes before an address: that version, or the latest (None). Raises NotFound, also
    for a version that is not stored, and NotMinted as mint does and for an entity in the recycle bin.
    """
    entity = get_entity(organization=organization, schema=FILE, entity_id=file_id)
    if entity.deleted_at is not None:
        raise NotMinted("This file is in the recycle bin. Restore it first.")
    stored = find_version(organization=organization, entity_id=file_id, version_index=version_index)
    if stored is not None:
        return link_to_version(organization=organization, version=stored, at=at, is_inline=is_inline)
    if version_index is not None:
        raise NotFound(f"This file has no stored version {version_index}.")
    return mint(organization=organization, address=entity.attributes.get(ADDRESS), at=at, is_inline=is_inline)


def mint(*, organization: Organization, address: JSONValue, at: datetime, is_inline: bool = False) -> SignedLink:
    """The address, signed for a few minutes.

    Raises NotMinted unless scheme, host and path are those of the hub's own download, and organization and integration
    in it are the caller's: the hub is no oracle that signs what somebody made up. Two queries at most.
    """
    path, parameters = own_parameters(organization, address)
    parameters.pop("disposition", None)  # how it is opened is up to whoever opens it
    shown = [("disposition", "inline")] if is_inline else []
    return links.sign(path, [*parameters.items(), *shown], at=at)


def own_parameters(organization: Organization, address: JSONValue) -> tuple[str, dict[str, str]]:
    """Path and query of an address of the hub's own download, of this organization. Raises NotMinted as mint does."""
    path = _own_path(address) if isinstance(address, str) else None
    if path is None:
        raise NotMinted(
            "This file has no stored version and has no address at the hub that could be opened. Upload a version, or"
            " store such an address in custom_download_url."
        )
    assert isinstance(address, str)  # _own_path has found a path in it
    try:
        parameters = parameters_in(urlsplit(address).query)
    except Invalid:
        raise _foreign() from None
    if parameters.get("orgId") != organization.public_id or not _owns(organization, parameters.get("integrationId")):
        raise _foreign()
    return path, dict(parameters)


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
