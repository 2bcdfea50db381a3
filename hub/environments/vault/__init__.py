"""KeyRing: the data keys of one organization, which seal and open its values; each lies under a master key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from hub.accounts.models import Organization
from hub.environments.models import DataKey
from hub.environments.vault.cipher import CannotOpen, Place, key_id_of, open_, seal
from hub.errors import HubError

__all__ = [
    "KeyRing",
    "SecretUnavailable",
    "can_be_opened",
    "key_ring",
    "key_ring_for_sealing",
    "new_data_key",
    "rewrap",
]

DATA_KEY_BYTES = 32


class SecretUnavailable(HubError):
    """A stored value cannot be opened; the message names its place, never its content."""

    code = "SECRET_UNAVAILABLE"
    status = 503

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be decrypted. Check HUB_MASTER_KEYS with manage.py hub_rotate_keys check, or set it anew."
        )


@dataclass(frozen=True, slots=True)
class KeyRing:
    """number → data key as it is stored; each is unwrapped when it is first needed."""

    organization_id: int
    wrapped: dict[int, str]
    _opened: dict[int, bytes] = field(default_factory=dict, repr=False)

    def seal(self, plain: bytes, *, table: str, name: str, kind: str) -> str:
        """The content sealed with the newest data key. Raises SecretUnavailable when that cannot be unwrapped."""
        newest = max(self.wrapped)
        key = self._data_key(newest, f"data key {newest}")
        return seal(key, str(newest), plain, Place(self.organization_id, table, name, kind))

    def open(self, record: str, *, table: str, name: str, kind: str) -> bytes:
        """The content of a record of that place. Raises SecretUnavailable for whatever does not fit."""
        try:
            key = self._data_key(int(key_id_of(record)), name)
            return open_(key, record, Place(self.organization_id, table, name, kind))
        except (CannotOpen, ValueError) as error:
            raise SecretUnavailable(name) from error

    def _data_key(self, number: int, wanted_for: str) -> bytes:
        if number not in self._opened:
            try:
                self._opened[number] = _unwrapped(self.organization_id, number, self.wrapped[number])
            except (CannotOpen, KeyError) as error:
                raise SecretUnavailable(wanted_for) from error
        return self._opened[number]


def key_ring(organization_id: int) -> KeyRing:
    """What opens the organization's values; empty for one that never stored any. One query."""
    rows = DataKey.objects.filter(organization_id=organization_id).values_list("number", "wrapped")
    return KeyRing(organization_id, dict(rows))


@transaction.atomic
def key_ring_for_sealing(organization_id: int, at: datetime) -> KeyRing:
    """As key_ring, with a data key in any case: the first one is made here, once, whoever comes at the same time."""
    ring = key_ring(organization_id)
    if not ring.wrapped:
        Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization_id)
        ring = key_ring(organization_id)
    if not ring.wrapped:
        new_data_key(organization_id, 1, at)
        ring = key_ring(organization_id)
    return ring


def new_data_key(organization_id: int, number: int, at: datetime) -> DataKey:
    """A fresh data key under the first master key; from now on it seals."""
    master_id = next(iter(settings.HUB_MASTER_KEYS))
    return DataKey.objects.create(
        organization_id=organization_id,
        number=number,
        master_key_id=master_id,
        wrapped=_wrapped(organization_id, number, secrets.token_bytes(DATA_KEY_BYTES)),
        created_at=at,
    )


def can_be_opened(row: DataKey) -> bool:
    """True when HUB_MASTER_KEYS has the master key of this data key."""
    try:
        _unwrapped(row.organization_id, row.number, row.wrapped)
    except (CannotOpen, KeyError):
        return False
    return True


def rewrap(row: DataKey) -> None:
    """Put the same data key under the first master key, unsaved; can_be_opened must be true of it."""
    plain = _unwrapped(row.organization_id, row.number, row.wrapped)
    row.master_key_id = next(iter(settings.HUB_MASTER_KEYS))
    row.wrapped = _wrapped(row.organization_id, row.number, plain)


def _wrapped(organization_id: int, number: int, plain: bytes) -> str:
    master_id, master_key = next(iter(settings.HUB_MASTER_KEYS.items()))
    return seal(master_key, master_id, plain, _place(organization_id, number))


def _unwrapped(organization_id: int, number: int, wrapped: str) -> bytes:
    """Raises KeyError when HUB_MASTER_KEYS lacks the master key, CannotOpen when it has another one of that id."""
    return open_(settings.HUB_MASTER_KEYS[key_id_of(wrapped)], wrapped, _place(organization_id, number))


def _place(organization_id: int, number: int) -> Place:
    return Place(organization_id, DataKey._meta.db_table, str(number), "data key")
