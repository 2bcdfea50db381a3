"""manage.py hub_organization: organizations and their members, new passwords, settings."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.core.management.base import CommandError, CommandParser

from hub import clock
from hub.accounts import operations
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Membership, Organization, Role, User
from hub.accounts.tokenless_acknowledgement import allow, is_allowed_by
from hub.entities.guard import set_guard
from hub.management.acts import ActCommand, Document, Options, find_organization

PASSWORD_BYTES = 15
ALLOW, REFUSE = "allow", "refuse"


def create(options: Options) -> Document:
    """A new organization without members."""
    organization = operations.create_organization(
        slug=options["slug"], name=options["name"], actor=OPERATOR, at=clock.now()
    )
    return _as_json(organization)


def list_all(options: Options) -> Document:
    """Every organization."""
    return {"organizations": [_as_json(organization) for organization in Organization.objects.order_by("slug")]}


def add_member(options: Options) -> Document:
    """A role for a person, who is made when unknown; their password is in the answer and nowhere else."""
    organization = find_organization(options["organization"])
    email = options["email"].lower()
    user, password = User.objects.filter(email=email).first(), ""
    if user is None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = User.objects.create_user(email, password)
    membership = operations.add_member(
        organization=organization, user=user, role=Role(options["role"]), actor=OPERATOR, at=clock.now()
    )
    answer = {"organization": organization.slug, "email": user.email, "role": membership.role}
    return answer | ({"password": password} if password else {})


def list_members(options: Options) -> Document:
    """Everybody who belongs to an organization, with their role."""
    members = Membership.objects.of(find_organization(options["organization"])).select_related("user")
    return {"members": [_member_as_json(member) for member in members.order_by("created_at", "pk")]}


def change_role(options: Options) -> Document:
    """Another role for a member; an organization keeps an owner."""
    membership = _find_member(options)
    operations.change_role(membership=membership, role=Role(options["role"]), actor=OPERATOR, at=clock.now())
    return _member_as_json(membership)


def remove_member(options: Options) -> Document:
    """The end of a membership, effective at once; the person stays, and so does what they did."""
    membership = _find_member(options)
    operations.remove_member(membership=membership, actor=OPERATOR, at=clock.now())
    return {"organization": membership.organization.slug, "email": membership.user.email, "removed": True}


def _find_member(options: Options) -> Membership:
    organization = find_organization(options["organization"])
    members = Membership.objects.of(organization).select_related("user", "organization")
    found = members.filter(user__email=options["email"].lower()).first()
    if found is None:
        raise CommandError(f"{options['email']} is no member of {organization.slug}.")
    return found


def _member_as_json(membership: Membership) -> Document:
    return {"email": membership.user.email, "role": membership.role}


def reset_password(options: Options) -> Document:
    """A new password for a person; it is in the answer and nowhere else."""
    user = User.objects.filter(email=options["email"].lower()).first()
    if user is None:
        raise CommandError(f"There is no person with the address {options['email']}.")
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    operations.set_password(user=user, password=password, actor=OPERATOR, at=clock.now())
    return {"email": user.email, "password": password}


def prune_guard(options: Options) -> Document:
    """The limits of prunes, changed first where an option says so."""
    organization = find_organization(options["slug"])
    guard = set_guard(
        organization=organization, most=options["most"], share=options["share"], actor=OPERATOR, at=clock.now()
    )
    return {"organization": organization.slug, "most": guard.most, "share": guard.share}


def acknowledgement(options: Options) -> Document:
    """Whether ERPs acknowledge without a token, changed first where the option says so."""
    organization = find_organization(options["slug"])
    if options["without_token"] is not None:
        allowed = options["without_token"] == ALLOW
        allow(organization=organization, allowed=allowed, actor=OPERATOR, at=clock.now())
        organization.refresh_from_db()
    return {"organization": organization.slug, "without_token": ALLOW if is_allowed_by(organization) else REFUSE}


def _as_json(organization: Organization) -> Document:
    return {"id": organization.public_id, "slug": organization.slug, "name": organization.name}


class Command(ActCommand):
    """For the person who runs the server; every act is audited as the operator's."""

    help = "Create and list organizations, see to their members, give people new passwords, change settings."
    acts: ClassVar = {
        "create": create,
        "list": list_all,
        "add-member": add_member,
        "list-members": list_members,
        "change-role": change_role,
        "remove-member": remove_member,
        "reset-password": reset_password,
        "prune-guard": prune_guard,
        "acknowledgement": acknowledgement,
    }

    def add_arguments(self, parser: CommandParser) -> None:
        """One act each, all with --json for machines."""
        acts = parser.add_subparsers(dest="act", required=True)
        creating = acts.add_parser("create", help="a new organization")
        creating.add_argument("--slug", required=True)
        creating.add_argument("--name", required=True)
        listing = acts.add_parser("list", help="every organization")
        adding = acts.add_parser("add-member", help="a person with a role; a new person's password is printed once")
        adding.add_argument("--organization", required=True, help="slug")
        adding.add_argument("--email", required=True)
        adding.add_argument("--role", choices=Role.values, default=Role.VIEWER.value)
        members = acts.add_parser("list-members", help="everybody who belongs to an organization")
        members.add_argument("--organization", required=True, help="slug")
        changing = acts.add_parser("change-role", help="another role for a member")
        changing.add_argument("--organization", required=True, help="slug")
        changing.add_argument("--email", required=True)
        changing.add_argument("--role", choices=Role.values, required=True)
        removing = acts.add_parser("remove-member", help="end a membership at once")
        removing.add_argument("--organization", required=True, help="slug")
        removing.add_argument("--email", required=True)
        resetting = acts.add_parser("reset-password", help="a new password for a person; it is printed once")
        resetting.add_argument("--email", required=True)
        guarding = acts.add_parser(
            "prune-guard", help="show or set what a prune may remove unasked: beyond both, it waits"
        )
        guarding.add_argument("--slug", required=True)
        guarding.add_argument("--most", type=int, help="records, 50 unless set")
        guarding.add_argument("--share", type=float, help="part of the scope from 0 to 1, 0.2 unless set")
        confirming = acts.add_parser("acknowledgement", help="show or set whether ERPs acknowledge without a token")
        confirming.add_argument("--slug", required=True)
        confirming.add_argument("--without-token", choices=(ALLOW, REFUSE), help="refuse unless set")
        for act in (creating, listing, adding, members, changing, removing, resetting, guarding, confirming):
            act.add_argument("--json", action="store_true", help="one JSON document instead of lines")
