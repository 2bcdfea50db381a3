"""ROOM: the recycle bin, imports on their way, and what is kept as long as it is wanted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.entities.emptying import empty
from hub.entities.models import (
    Entity,
    EntityChange,
    EntityCreation,
    EntityImport,
    EntityKey,
    EntityKeyIndex,
    FileVersion,
    MeterReading,
    OrganizationSchema,
    UnclaimedBytes,
)
from hub.retention.kinds import FixedAge, Kept, Room
from hub.retention.walking import expire_oldest

BIN_KEPT: Final = timedelta(days=30)

ROOM: Final = Room(
    _("Entities"),
    (
        FixedAge(
            label=_("Deleted entities in the recycle bin"),
            age=BIN_KEPT,
            models=(),
            expire=empty,
            at_once=200,
        ),
        FixedAge(
            label=_("Files to be imported and reports of imports, once they ended"),
            age=timedelta(0),
            models=(EntityImport,),
            expire=partial(expire_oldest, EntityImport.objects.all(), "expires_at"),
            at_once=100,
        ),
        Kept(
            label=_("Entities and their history"),
            how_long=_("as long as the entity"),
            models=(Entity, EntityKey, EntityChange, FileVersion),
        ),
        Kept(
            label=_("Meter readings"),
            how_long=_("as long as nobody deletes them"),
            models=(MeterReading,),
        ),
        Kept(
            label=_("Schemas and their keys"),
            how_long=_("as long as they are wanted"),
            models=(OrganizationSchema, EntityKeyIndex, EntityCreation),
        ),
        Kept(
            label=_("Bytes of files that belong to no version"),
            how_long=_("until they are removed from where files lie, within minutes"),
            models=(UnclaimedBytes,),
        ),
    ),
)
