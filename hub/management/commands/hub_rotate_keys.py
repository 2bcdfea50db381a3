"""manage.py hub_rotate_keys: what lies under which master key, moving it under the first, and new data keys."""

from __future__ import annotations

from typing import ClassVar

from django.core.management.base import CommandError, CommandParser

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.environments import rotation
from hub.management.acts import ActCommand, Document, Options, find_organization


def check(options: Options) -> Document:
    """Data keys by master key; a failure when HUB_MASTER_KEYS does not open all of them."""
    found = rotation.census()
    if found.lost:
        counts = ", ".join(f"{count} under {name}" for name, count in found.lost.items())
        raise CommandError(
            f"HUB_MASTER_KEYS does not open all data keys: {counts}. Set the missing key, behind the first."
        )
    return {
        "first": found.first,
        "data_keys": dict(found.by_master_key),
        "still_needed": found.needed,
        "clean": not found.needed,
    }


def rewrap(options: Options) -> Document:
    """Every data key under the first master key; afterwards the others may be removed."""
    moved = rotation.rewrap_all(actor=OPERATOR, at=clock.now())
    return {"moved": moved} | check(options)


def data_key(options: Options) -> Document:
    """A new data key for one organization, and its values under it."""
    organization = find_organization(options["organization"])
    rotated = rotation.rotate_data_key(organization=organization, actor=OPERATOR, at=clock.now())
    return {"organization": organization.slug, "data_key": rotated.number, "values": rotated.values}


class Command(ActCommand):
    """A master key is replaced so: put the new one first in HUB_MASTER_KEYS, restart, rewrap, remove the old one."""

    help = "Look at and rotate the keys under which secrets are stored; values stay readable all the time."
    acts: ClassVar = {"check": check, "rewrap": rewrap, "data-key": data_key}

    def add_arguments(self, parser: CommandParser) -> None:
        """check, rewrap and data-key, each with --json for machines."""
        acts = parser.add_subparsers(dest="act", required=True)
        checking = acts.add_parser("check", help="which master keys are still needed; exit code 1 when one is missing")
        rewrapping = acts.add_parser("rewrap", help="put every data key under the first master key")
        renewing = acts.add_parser("data-key", help="a new data key for one organization, and its values under it")
        renewing.add_argument("--organization", required=True, help="slug")
        for act in (checking, rewrapping, renewing):
            act.add_argument("--json", action="store_true", help="one JSON document instead of lines")
