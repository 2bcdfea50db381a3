"""shown: what the page of a file says of its bytes: versions, and whether they can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from hub.accounts.models import Organization
from hub.entities.files.reading import list_versions
from hub.entities.files.storing import SCHEMA
from hub.entities.models import Entity, FileVersion
from hub.json_types import JSONObject
from hub.served_files.content_types import may_be_shown, safe_type
from hub.web.entities.moments import Sight

NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. may_be_shown: a browser shows it without harm."""

    version: FileVersion
    may_be_shown: bool


def shown(
    organization: Organization, sight: Sight, *, shows_all: bool = False
) -> dict[str, Any]:  # Any: what a template shows
    """versions, newest first, NEWEST of them unless shows_all; more_versions: how many there are in all, if not all are
    shown; opens_file: something of it can be opened here; shows_versions: it is as it is now."""
    entity = sight.entity
    versions = [] if sight.is_past else list_versions(organization=organization, entity_id=entity.pk)
    lines = [Line(one, may_be_shown(safe_type(one.mime_type))) for one in reversed(versions)]
    shows_all = shows_all or len(lines) <= NEWEST
    is_here = not sight.is_past and entity.deleted_at is None
    return {
        "is_file": True,
        "versions": lines if shows_all else lines[:NEWEST],
        "more_versions": 0 if shows_all else len(lines),
        "shows_versions": not sight.is_past,
        "opens_file": is_here and (bool(lines) or _is_address_here(entity)),
        "has_address": bool(entity.attributes.get("custom_download_url")),
    }


def without_versions(sight: Sight) -> JSONObject:
    """The attributes for the table of them: where a table of versions stands above it, they are not told twice."""
    attributes: JSONObject = sight.entity.attributes
    if sight.entity.schema != SCHEMA or sight.is_past:
        return attributes
    return {name: value for name, value in attributes.items() if name != "versions"}


def _is_address_here(entity: Entity) -> bool:
    """Whether its address is at the hub, which signs no other ones."""
    address = entity.attributes.get("custom_download_url")
    return isinstance(address, str) and address.startswith(settings.HUB_BASE_URL)
