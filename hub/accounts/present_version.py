"""present_version: the config_version of an organization as it is in the database now."""

from __future__ import annotations

from typing import Final

from hub import database
from hub.accounts.models import Organization

_STATEMENTS: Final = {
    name: f"SELECT config_version FROM {Organization._meta.db_table} WHERE id = {placeholder}"  # noqa: S608 -- constants
    for name, placeholder in (("postgresql", "%(id)s"), ("sqlite", ":id"))
}
"""Asked before everything else that depends on the configuration: half the time of what the ORM makes of it."""


def present_version(organization_id: int) -> int:
    """0 for an organization that is gone: nothing is found of it either."""
    found = database.rows(_STATEMENTS[database.vendor()], {"id": organization_id}, prepare=True)
    return int(found[0][0]) if found else 0
