"""make bench-data: a PostgreSQL database with any number of entities and events, to try the hub at size."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg

from tools import ROOT, services, start

if TYPE_CHECKING:
    from bench.stock.fill import Filled


def main() -> None:
    """--entities, --events how many; --organization whose, made where it is missing; DATABASE_URL where, else anew."""
    parser = argparse.ArgumentParser(prog="make bench-data")
    parser.add_argument("--entities", type=int, default=100_000, help="how many, in tens")
    parser.add_argument(
        "--events",
        type=int,
        default=0,
        help="how many ended ones, over the last sixty days; also deliveries and requests",
    )
    parser.add_argument("--organization", default="works", help="slug; made where it is missing")
    chosen = parser.parse_args()
    if chosen.entities < 10 or chosen.entities % 10:
        sys.exit("--entities takes a positive multiple of 10: a household has ten.")
    url = os.environ.get("DATABASE_URL") or _new_database()
    if not url.startswith("postgres"):
        sys.exit("bench-data fills PostgreSQL only. Unset DATABASE_URL for a new database, or let it name one.")
    os.environ |= start.settings(os.environ, ROOT / ".env") | {"DATABASE_URL": url}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")
    _show(_filled(chosen.organization, chosen.entities))
    if chosen.events:
        _fill_events(chosen.organization, chosen.events)
    print(f"DATABASE_URL={url}")


def _new_database() -> str:
    server, reason = services.find_database()
    if server is None:
        sys.exit(f"No PostgreSQL to make a database in ({reason}). Start one, or let DATABASE_URL name a database.")
    name = f"hub_bench_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    print(f"{name} is new; drop it with: dropdb {name}", flush=True)
    return f"{server.rpartition('/')[0]}/{name}"


def _filled(slug: str, entities: int) -> Filled:
    """Migrate, find or make the organization, and fill it; ends with a sentence when it has entities."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.stock.fill import fill
    from hub.accounts.models import Organization
    from hub.entities.models import Entity

    call_command("migrate", verbosity=0)
    if not Organization.objects.filter(slug=slug).exists():
        call_command("hub_organization", "create", slug=slug, name=slug.title())
    organization = Organization.objects.get(slug=slug)
    if Entity.objects.of(organization).exists():
        sys.exit(f"The organization {slug} has entities already. Choose another with --organization.")
    return fill(organization=organization, entities=entities)


def _fill_events(slug: str, events: int) -> None:
    from bench.stock.past import fill_past
    from hub.accounts.models import Organization

    seconds = fill_past(organization=Organization.objects.get(slug=slug), events=events)
    print(
        f"{events:,} events, a fifth as many deliveries and requests, with spans and numbers: {seconds:.1f} s",
        flush=True,
    )


def _show(filled: Filled) -> None:
    rate = filled.entities / filled.seconds
    print(
        f"{filled.entities:,} entities with {filled.keys:,} keys and {filled.changes:,} changes, "
        f"{filled.readings:,} readings: {filled.seconds:.1f} s, {rate:,.0f} entities/s",
        flush=True,
    )


if __name__ == "__main__":
    main()
