"""Held prunes in words: what each would remove, among what, how it ends, where it stands, who decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hub.accounts.models import ApiToken, Organization, User
from hub.entities.retention_kinds import BIN_KEPT
from hub.entities.schemas.book import book_of
from hub.json_types import JSONValue
from hub.web.templatetags.numbers import share
from inbound.models import HeldPrune
from inbound.prunes.nouns import counted, noun_of


@dataclass(frozen=True, slots=True)
class Words:
    """One prune. records: "61 of 80 billing events"; scope: "of the billing account with external_id K1".

    status is that whose glyph it takes, state its own word.
    """

    noun: str
    records: str
    scope: str
    scope_url: str
    share: str
    status: str
    state: str

    @property
    def members(self) -> str:
        """All that belong to the scope: "billing events of the billing account with external_id K1"."""
        return f"{self.noun} {self.scope}"


def words_of(prune: HeldPrune, organization: Organization) -> Words:
    """The prune in words; what schemas are called is remembered, so a list costs no queries of its own."""
    noun = noun_of(prune, organization, prune.scope_count)
    scope, url = _scope(prune, organization)
    status, state = looks()[prune.state]
    return Words(
        noun=noun,
        records=counted(prune, organization, prune.member_count),
        scope=scope,
        scope_url=url,
        share=share(prune.member_count, prune.scope_count),
        status=status,
        state=state,
    )


def looks() -> dict[str, tuple[str, str]]:
    """State → the status whose glyph it takes, and its own words."""
    return {
        HeldPrune.State.WAITING: ("held", _("Waits for a decision")),
        HeldPrune.State.APPROVED: ("success", _("Approved")),
        HeldPrune.State.REJECTED: ("disabled", _("Rejected")),
        HeldPrune.State.SUPERSEDED: ("skipped", _("Superseded")),
    }


def end_of(prune: HeldPrune) -> str:
    """Where what is removed ends."""
    if prune.is_purge:
        return _("for good")
    return _("into the recycle bin for %(days)d days") % {"days": BIN_KEPT.days}


def decider_of(prune: HeldPrune, organization: Organization) -> str:
    """Who decided, at the price of one query; empty while nobody has."""
    kind, identifier = prune.decided_by_type, prune.decided_by_id
    if kind == "user":
        user = User.objects.filter(pk=int(identifier)).first() if identifier.isdigit() else None
        return str(user) if user else _("somebody who left")
    if kind == "token":
        token = ApiToken.objects.of(organization).filter(pk=identifier).first()
        return _("token %(name)s") % {"name": token.name if token else identifier}
    return {"": "", "system": _("the hub")}.get(kind, kind)


def _scope(prune: HeldPrune, organization: Organization) -> tuple[str, str]:
    """The scope in words, and where its anchor can be found."""
    described: Any = prune.scope if isinstance(prune.scope, dict) else {}  # Any: JSON that hold() has written
    if prune.kind == HeldPrune.Kind.READINGS:
        return _of_meter(described), _found("meter", described.get("meter"))
    terms = described.get("terms")
    anchor = str(described.get("anchor_schema") or "")
    if not anchor:
        return _("with %(terms)s") % {"terms": _terms(terms)}, ""
    title = book_of(organization).schema_of(anchor).title.lower()
    words = _("of the %(schema)s with %(terms)s") % {"schema": title, "terms": _terms(terms)}
    return words, _found(anchor, terms)


def _of_meter(described: Mapping[str, JSONValue]) -> str:
    parts = [_("of the meter with %(terms)s") % {"terms": _terms(described.get("meter"))}]
    if described.get("counter"):
        parts.append(_("its counter with %(terms)s") % {"terms": _terms(described["counter"])})
    if described.get("source"):
        parts.append(_("from the source %(source)s") % {"source": described["source"]})
    return ", ".join(parts)


def _terms(terms: JSONValue) -> str:
    if not isinstance(terms, dict):
        return ""
    return _(" and ").join(f"{name} {value}" for name, value in terms.items())


def _found(schema: str, terms: JSONValue) -> str:
    """The list of that schema with the first identifier looked for."""
    value = next(iter(terms.values()), "") if isinstance(terms, dict) else ""
    return f"{reverse('web:entity-list', args=[schema])}?{urlencode({'q': str(value)})}" if value else ""
