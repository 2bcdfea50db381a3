"""ages_of, last_choice, groups_of and choose_ages: for how long an organization keeps what, and who may say so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.errors import ErrorDetail, Invalid
from hub.retention.kinds import RetentionKind, get_kind, kinds
from hub.retention.models import RetentionAge, RetentionWalk


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """The organizations that keep a kind for the same number of days."""

    days: int
    members: frozenset[int]
    is_default: bool
    """Then members are those that are not in it: everybody else is, with the rows of no organization."""

    def serves(self, organization_id: int | None) -> bool:
        """Whether the organization's rows are kept for these days."""
        return (organization_id in self.members) != self.is_default


def ages_of(organization: Organization) -> dict[str, int]:
    """Key of every kind → days."""
    chosen = dict(RetentionAge.objects.of(organization).values_list("kind", "days"))
    return {kind.key: chosen.get(kind.key, kind.default_days) for kind in kinds()}


def last_choice(organization: Organization) -> RetentionAge | None:
    """The choice that was made last, with who made it and when; None where nobody has chosen anything."""
    noted = RetentionAge.objects.of(organization).filter(chosen_at__isnull=False)
    return noted.order_by("-chosen_at", "pk").first()


def groups_of(kind: RetentionKind) -> list[AgeGroup]:
    """Everybody in as many groups as there are ages, those of the default age first."""
    others: dict[int, set[int]] = defaultdict(set)
    chosen = RetentionAge.objects.filter(kind=kind.key).exclude(days=kind.default_days)
    for organization_id, days in chosen.values_list("organization_id", "days"):
        others[days].add(organization_id)
    everybody_else = AgeGroup(kind.default_days, frozenset().union(*others.values()), is_default=True)
    return [everybody_else, *(AgeGroup(days, frozenset(others[days]), is_default=False) for days in sorted(others))]


@transaction.atomic
def choose_ages(*, organization: Organization, days: dict[str, int], actor: Actor, at: datetime) -> bool:
    """Set the ages of some kinds; whether anything changed. It counts from the next run on, and is audited.

    Raises Invalid with a sentence when an age is out of its bounds, or a part would outlive what it is a part of.
    """
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization.pk)
    before = ages_of(organization)
    after = {**before, **days}
    for key in after:
        _check(get_kind(key), after)
    changed = {key: [before[key], after[key]] for key in after if after[key] != before[key]}
    for key in changed:
        chosen = {"days": after[key], "chosen_at": at, "actor_type": actor.type, "actor_id": actor.id}
        RetentionAge.objects.update_or_create(organization=organization, kind=key, defaults=chosen)
        # Those who keep it just as long are past what is due now for the first time.
        RetentionWalk.objects.filter(kind=key, days=after[key]).update(after=None, has_ended=False, started_at=at)
    if changed:
        act = Act("retention.change", "retention", changes={key: list(pair) for key, pair in changed.items()})
        record(organization=organization, actor=actor, act=act, at=at)
    return bool(changed)


def _check(kind: RetentionKind, ages: dict[str, int]) -> None:
    days = ages[kind.key]
    if not kind.least_days <= days <= kind.most_days:
        _refuse(kind, f"{kind.label}: between {kind.least_days} and {kind.most_days} days.")
    if kind.within and days > ages[kind.within]:
        whole = get_kind(kind.within).label
        _refuse(kind, f"{kind.label}: at most {ages[kind.within]} days, as long as “{whole}”.")


def _refuse(kind: RetentionKind, sentence: str) -> NoReturn:
    raise Invalid(sentence, details=[ErrorDetail(kind.key, sentence)])
