"""manage.py hub_secure_proxy_whitelist: what a secure proxy may reach, shown, changed, and who has changed it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue
from hub.management.acts import ActCommand, Document, Options, find_organization
from integrations.models import UseCase
from integrations.operations.author import Author
from proxies.models import AllowListChange
from proxies.secure_proxy.changing import MOST_CHANGES, NewLists, change_lists, list_changes, lists_of
from proxies.secure_proxy.queries import secure_proxies_of


def show(options: Options) -> Document:
    """The mode and both lists."""
    return _as_json(_find(options)[1])


def set_lists(options: Options) -> Document:
    """Both lists afterwards; an option that is left out leaves its list as it is."""
    organization, use_case = _find(options)
    sent: dict[str, JSONValue] = {"allowed_domains": options["domains"], "allowed_ips": options["ips"]}
    raw: JSONObject = {name: value for name, value in sent.items() if value is not None}
    changed = change_lists(
        author=Author(organization, OPERATOR, is_admin=True, at=clock.now()),
        integration_id=use_case.integration_id,
        use_case_id=use_case.pk,
        new=NewLists.parse(raw | {"reason": options["reason"]}),
    )
    return _as_json(changed)


def history(options: Options) -> Document:
    """The last changes, newest first."""
    organization, use_case = _find(options)
    changes = list_changes(organization=organization, use_case=use_case, limit=MOST_CHANGES)
    return {"history": [_line(change) for change in changes]}


def _find(options: Options) -> tuple[Organization, UseCase]:
    organization = find_organization(options["organization"])
    named = secure_proxies_of(organization).filter(slug=options["use_case"])
    if options["integration"] is not None:
        named = named.filter(integration_id=options["integration"])
    found = list(named[:2])
    if len(found) != 1:
        how_many = "no secure proxy" if not found else "more than one secure proxy"
        raise CommandError(f"{organization.slug} has {how_many} called {options['use_case']}: name its integration.")
    return organization, found[0]


def _as_json(use_case: UseCase) -> Document:
    mode = (use_case.configuration or {}).get("vpc_mode")
    return {"use_case": use_case.slug, "version": use_case.version, "vpc_mode": mode} | lists_of(use_case)


def _line(change: AllowListChange) -> Document:
    return {
        "changed_at": timestamp(change.changed_at),
        "actor": f"{change.actor_type} {change.actor_id}".strip(),
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }


class Command(ActCommand):
    """For the person who runs the server; every change is audited as the operator's."""

    help = "Show and change what secure proxies may reach."
    acts: ClassVar = {"show": show, "set": set_lists, "history": history}

    def add_arguments(self, parser: CommandParser) -> None:
        """One act each, all with --json for machines."""
        acts = parser.add_subparsers(dest="act", required=True)
        showing = acts.add_parser("show", help="the mode and both lists")
        setting = acts.add_parser("set", help="replace a list or both; without values an option clears its list")
        setting.add_argument("--domains", nargs="*", help="hosts, or *. before one, such as *.example.com")
        setting.add_argument("--ips", nargs="*", help="CIDR ranges such as 10.0.1.0/24")
        setting.add_argument("--reason", required=True, help="goes to the history")
        telling = acts.add_parser("history", help=f"the last {MOST_CHANGES} changes")
        for act in (showing, setting, telling):
            act.add_argument("--organization", required=True, help="slug")
            act.add_argument("--use-case", required=True, help="slug of the secure proxy")
            act.add_argument("--integration", type=UUID, help="id, where several have a secure proxy of that slug")
            act.add_argument("--json", action="store_true", help="one JSON document instead of lines")
