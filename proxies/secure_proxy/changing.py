"""change_lists: an owner, or whoever runs the server, says what a secure proxy may reach; nobody else can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from hub.accounts.audit import Act
from hub.accounts.models import Organization
from hub.errors import Forbidden
from hub.json_types import ROOT, JSONObject, JSONValue
from hub.preconditions import check_version
from integrations.findings import Findings
from integrations.models import UseCase
from integrations.operations.author import Author, recorded
from integrations.operations.use_case_rows import replace_configuration, touch
from proxies.models import AllowListChange
from proxies.secure_proxy.configuration import ALLOW_LISTS
from proxies.secure_proxy.entries import check_lists
from proxies.secure_proxy.queries import get_secure_proxy

LONGEST_REASON: Final = 500
MOST_CHANGES: Final = 20
"""Of the history, at once."""


@dataclass(frozen=True, slots=True)
class NewLists:
    """What the lists become, in the form in which they are stored; None leaves one as it is, () clears it."""

    domains: tuple[str, ...] | None = None
    ranges: tuple[str, ...] | None = None
    reason: str = ""

    @classmethod
    def parse(cls, raw: JSONObject) -> Self:
        """Raises Invalid for what is no list, null, wrong in one of its entries, or nothing at all."""
        findings = Findings()
        findings.refuse_others(raw, ROOT, {*ALLOW_LISTS, "reason"})
        lists = {name: _texts(raw, name, findings) for name in ALLOW_LISTS if name in raw}
        if not lists:
            findings.error(ROOT, "allowed_domains, allowed_ips or both are required")
        reason = findings.optional_text(raw.get("reason"), ROOT.key("reason"), longest=LONGEST_REASON) or ""
        findings.raise_if_any()
        domains, ranges = check_lists(domains=lists.get("allowed_domains"), ranges=lists.get("allowed_ips"), at=ROOT)
        return cls(_frozen(domains), _frozen(ranges), reason)

    def applied_to(self, before: Mapping[str, JSONValue]) -> JSONObject:
        """Both lists as they become."""
        wanted = dict(zip(ALLOW_LISTS, (self.domains, self.ranges), strict=True))
        return {name: before[name] if new is None else list(new) for name, new in wanted.items()}


def lists_of(use_case: UseCase) -> JSONObject:
    """Both lists as they are stored."""
    configuration = use_case.configuration or {}
    return {name: configuration.get(name) or [] for name in ALLOW_LISTS}


def change_lists(
    *,
    author: Author,
    integration_id: UUID,
    use_case_id: UUID,
    new: NewLists,
    expected: frozenset[int] | None = None,
) -> UseCase:
    """Store the lists with a version of the use case and an entry in their history; nothing where nothing differs.

    author is somebody who may: an owner or the server's operator. expected: the versions that the author knows.
    Raises UseCaseNotFound, Stale, or Forbidden for somebody who acts as somebody else.
    """
    if author.actor.impersonator_id:
        raise Forbidden("Allow lists are not changed in somebody else's name.")
    with recorded(author) as acts:
        use_case = get_secure_proxy(
            organization=author.organization, integration_id=integration_id, use_case_id=use_case_id
        )
        author.check_may_change(use_case.integration)
        check_version(use_case.version, expected)
        before = lists_of(use_case)
        after = new.applied_to(before)
        if after == before:
            return use_case
        configuration = (use_case.configuration or {}) | after
        replace_configuration(author=author, use_case=use_case, configuration=configuration, reason=new.reason)
        _remember(author, use_case, before, after, new.reason)
        acts.append(_act(use_case, before, after))
        touch(use_case.integration)
    return use_case


def list_changes(*, organization: Organization, use_case: UseCase, limit: int) -> list[AllowListChange]:
    """The last ones first, at most MOST_CHANGES."""
    changes = AllowListChange.objects.of(organization).filter(use_case_id=use_case.pk)
    return list(changes.order_by("-changed_at", "-pk")[: min(limit, MOST_CHANGES)])


def _remember(author: Author, use_case: UseCase, before: JSONObject, after: JSONObject, reason: str) -> None:
    AllowListChange.objects.create(
        organization=author.organization,
        use_case_id=use_case.pk,
        changed_at=author.at,
        actor_type=author.actor.type,
        actor_id=author.actor.id,
        reason=reason,
        before=before,
        after=after,
    )


def _act(use_case: UseCase, before: JSONObject, after: JSONObject) -> Act:
    facts: JSONObject = {name: [before[name], after[name]] for name in ALLOW_LISTS if before[name] != after[name]}
    return Act("secure_proxy.lists_change", "use_case", str(use_case.pk), {"version": use_case.version} | facts)


def _texts(raw: JSONObject, name: str, findings: Findings) -> list[str]:
    if raw[name] is None:
        findings.error(ROOT.key(name), "must be a list; an empty one clears it")
        return []
    return list(findings.texts(raw[name], ROOT.key(name)))


def _frozen(entries: list[str] | None) -> tuple[str, ...] | None:
    return None if entries is None else tuple(entries)
