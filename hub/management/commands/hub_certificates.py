"""manage.py hub_certificates: the certificate authorities that an organization believes beside those of the hub."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from django.core.management.base import CommandError, CommandParser

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.environments.trust.certificates import LARGEST_TEXT, Authority
from hub.environments.trust.changes import add_authorities, authorities_of, remove_authority
from hub.json_encoding import timestamp
from hub.management.acts import ActCommand, Document, Options, find_organization

STANDARD_INPUT = "-"


def list_all(options: Options) -> Document:
    """Every certificate, those that were added last first."""
    return {"certificates": [_line(one) for one in authorities_of(find_organization(options["organization"]))]}


def add(options: Options) -> Document:
    """Those of the file that were not there yet."""
    organization = find_organization(options["organization"])
    text = _read(options["file"])
    added = add_authorities(organization=organization, text=text, actor=OPERATOR, at=clock.now())
    return {"certificates": [_line(one) for one in added]}


def remove(options: Options) -> Document:
    """The certificate is believed no longer."""
    organization = find_organization(options["organization"])
    fingerprint = options["fingerprint"].replace(":", "").lower()
    removed = remove_authority(organization=organization, fingerprint=fingerprint, actor=OPERATOR, at=clock.now())
    return {"fingerprint": removed.fingerprint, "message": f"{removed.subject} is believed no longer."}


def _read(name: str) -> str:
    """Of a larger file so much that it is refused. Bytes that are no text are no PEM either."""
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.read(LARGEST_TEXT + 1)
        with Path(name).open(encoding="utf-8", errors="replace") as file:
            return file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error


def _line(one: Authority) -> Document:
    at = clock.now()
    states = {"expired": one.has_expired(at), "expires soon": one.expires_soon(at), "not valid yet": one.is_to_come(at)}
    return {
        "fingerprint": one.fingerprint,
        "subject": one.subject,
        "issuer": one.issuer,
        "valid_until": timestamp(one.valid_until),
        "state": next((state for state, holds in states.items() if holds), "valid"),
    }


class Command(ActCommand):
    """For the person who runs the server; every change is audited as the operator's."""

    help = "List, add and remove the certificate authorities that an organization believes."
    acts: ClassVar = {"list": list_all, "add": add, "remove": remove}

    def add_arguments(self, parser: CommandParser) -> None:
        """list, add and remove, each with --json for machines."""
        acts = parser.add_subparsers(dest="act", required=True)
        listing = acts.add_parser("list", help="every certificate, and until when it is valid")
        adding = acts.add_parser("add", help="believe the certificates of a file")
        adding.add_argument("file", help="of PEM text, - for the standard input")
        removing = acts.add_parser("remove", help="believe a certificate no longer")
        removing.add_argument("fingerprint", help="SHA-256, with or without colons")
        for act in (listing, adding, removing):
            act.add_argument("--organization", required=True, help="slug")
            act.add_argument("--json", action="store_true", help="one JSON document instead of lines")
