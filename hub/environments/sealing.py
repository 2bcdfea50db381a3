"""seal and open: what lies in the database, variables and what other rooms keep, under the keys of the vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from hub.environments.models import Variable
from hub.environments.values import stored_form, value_of
from hub.environments.vault import KeyRing, SecretUnavailable, key_ring, key_ring_for_sealing
from hub.json_types import JSONValue

SEALED_ELSEWHERE = "sealed"
"""Stands for the table in what other rooms seal."""


def seal(organization_id: int, name: str, value: str, at: datetime) -> str:
    """A secret that lies in a table of another room, sealed for that organization and name.

    name tells the place, such as ``outbound_webhook.7.signing_secret``: what is copied elsewhere does not open.
    """
    return key_ring_for_sealing(organization_id, at).seal(value.encode(), **_place_elsewhere(name))


def unseal(organization_id: int, name: str, sealed: str) -> str:
    """What seal was given. One query. Raises SecretUnavailable for another organization, name or master key."""
    return key_ring(organization_id).open(sealed, **_place_elsewhere(name)).decode()


def unsealed(organization_id: int, records: Mapping[str, str]) -> dict[str, str]:
    """Name → what seal was given, for those of the records (by name) that open. One query."""
    ring = key_ring(organization_id)
    found: dict[str, str] = {}
    for name, sealed in records.items():
        with suppress(SecretUnavailable):
            found[name] = ring.open(sealed, **_place_elsewhere(name)).decode()
    return found


def opened(ring: KeyRing, row: Variable) -> JSONValue:
    """The value of a row that has one. Raises SecretUnavailable."""
    return value_of(ring.open(row.sealed or "", **_place(row)))


def seal_value(row: Variable, value: JSONValue, at: datetime) -> None:
    """Put the value, which was checked before, on the row, sealed for its key and type; unsaved."""
    ring = key_ring_for_sealing(row.organization_id, at)
    row.sealed = ring.seal(stored_form(value), **_place(row))


def reseal(row: Variable, ring: KeyRing) -> None:
    """The same value, secret or not, sealed with the newest key of the ring; unsaved. Raises SecretUnavailable."""
    if row.sealed is not None:
        place = _place(row)
        row.sealed = ring.seal(ring.open(row.sealed, **place), **place)


def open_values(organization_id: int, rows: Iterable[Variable]) -> dict[str, JSONValue]:
    """Key → value of those rows that have one and are no secrets. One query. Raises SecretUnavailable."""
    ring = key_ring(organization_id)
    return {row.key: opened(ring, row) for row in rows if row.sealed is not None and not row.is_secret}


def unreadable_in(organization_id: int, rows: Iterable[Variable]) -> frozenset[str]:
    """The keys of those rows whose values, secret or not, cannot be decrypted. One query."""
    ring = key_ring(organization_id)
    return frozenset(row.key for row in rows if row.sealed is not None and not is_readable(ring, row))


def opener(organization_id: int) -> KeyRing:
    """What the two below open the organization's values with, however many. One query."""
    return key_ring(organization_id)


def is_readable(ring: KeyRing, row: Variable) -> bool:
    """Whether the value of a row that has one can be decrypted."""
    return _opens(ring, row.sealed or "", _place(row))


def is_sealed_for(ring: KeyRing, name: str, sealed: str) -> bool:
    """Whether what another room keeps can be decrypted, and is what seal made for that name."""
    return _opens(ring, sealed, _place_elsewhere(name))


def _opens(ring: KeyRing, sealed: str, place: Mapping[str, str]) -> bool:
    try:
        ring.open(sealed, **place)
    except SecretUnavailable:
        return False
    return True


def _place(row: Variable) -> dict[str, str]:
    """What the sealed value is bound to: a row of another key or type does not open it."""
    return {"table": Variable._meta.db_table, "name": row.key, "kind": f"{row.type} {row.item_type}".strip()}


def _place_elsewhere(name: str) -> dict[str, str]:
    return {"table": SEALED_ELSEWHERE, "name": name, "kind": SEALED_ELSEWHERE}
