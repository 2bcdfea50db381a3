"""Links: files whose bytes lie in another system, each found by the address that its entity has at the hub itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from hub.accounts.models import Organization
from hub.entities.models import Entity, FileVersion
from hub.json_types import JSONValue
from outbound.attachments.listing import Place
from outbound.attachments.problems import NOT_FOUND, Unsuitable
from proxies.file_proxy.minting import ADDRESS, FILE, NotMinted, own_parameters
from proxies.file_proxy.reading import FilePieces, linked_pieces

CURRENT: Final = 0
"""The one version of a linked file: the other system hands out what it has now, and the hub counts none of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A file behind an address of the hub's own download. filename, mime_type: of the entity, empty for none."""

    organization: Organization = field(repr=False)
    address: JSONValue = field(repr=False)
    filename: str
    mime_type: str

    def pieces(self, *, at: datetime, correlation_id: str) -> FilePieces:
        """The bytes as they are now, see linked_pieces, which asks the database too."""
        return linked_pieces(self.organization, self.address, at=at, correlation_id=correlation_id)


class Links:
    """What stands for files that are not stored; one query for all, one more for each that is linked."""

    def __init__(self, organization_id: int, places: Sequence[Place]) -> None:
        self._organization = Organization(id=organization_id)
        ids = {entity_id for entity_id, _ in places}
        has_versions = Exists(FileVersion.objects.filter(organization_id=organization_id, entity_id=OuterRef("pk")))
        rows = Entity.objects.of(self._organization).filter(pk__in=ids, schema=FILE, deleted_at=None) if ids else None
        self._rows: dict[UUID, Entity] = {}
        self._stored: set[UUID] = set()
        for row in rows.annotate(has_versions=has_versions) if rows is not None else ():
            self._rows[row.pk] = row
            if row.has_versions:
                self._stored.add(row.pk)

    def link(self, place: Place, shown: str) -> Link:
        """shown: the file as people read it.

        Raises Unsuitable for a file whose address is none of the hub's own download, for one of which the hub has other
        versions, which come before any address, and for any version of a linked file but CURRENT.
        """
        entity_id, version_index = place
        row = self._rows.get(entity_id)
        if row is not None and entity_id in self._stored:
            raise Unsuitable(NOT_FOUND, f"{shown} is not stored in the hub, which has other versions of this file.")
        address = row.attributes.get(ADDRESS) if row is not None else None
        try:
            own_parameters(self._organization, address)
        except NotMinted:
            problem = f"{shown} is not stored in the hub, and its {ADDRESS} is none of the hub's own."
            raise Unsuitable(NOT_FOUND, problem) from None
        if version_index != CURRENT:
            raise Unsuitable(
                NOT_FOUND,
                f"{shown} cannot be sent: the file lies behind its {ADDRESS}, where there is only what the other system"
                f" has now, which is version {CURRENT}.",
            )
        assert row is not None  # without one there is no address
        attributes = row.attributes
        return Link(self._organization, address, _text(attributes.get("filename")), _text(attributes.get("mime_type")))


def _text(value: JSONValue) -> str:
    return value if isinstance(value, str) else ""
