"""The tables of this room, by what they are about."""

from hub.entities.models.entities import Entity, EntityChange, EntityCreation, EntityKey, EntityKeyIndex
from hub.entities.models.files import FileVersion, UnclaimedBytes
from hub.entities.models.imports import EntityImport
from hub.entities.models.readings import MeterReading
from hub.entities.models.schemas import OrganizationSchema

__all__ = [
    "Entity",
    "EntityChange",
    "EntityCreation",
    "EntityImport",
    "EntityKey",
    "EntityKeyIndex",
    "FileVersion",
    "MeterReading",
    "OrganizationSchema",
    "UnclaimedBytes",
]
