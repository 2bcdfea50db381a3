"""keys, secrets, certificates: whether all that is sealed can be opened, how old keys are, which authorities expire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Max

from hub import clock
from hub.accounts.models import Organization
from hub.doctor.findings import Finding, fail, ok, warn
from hub.environments.models import CertificateAuthority, DataKey
from hub.environments.rotation import census
from hub.environments.sealed_values import Lost, lost_values
from hub.environments.trust.certificates import Authority
from hub.environments.trust.changes import authorities_of

OLD_KEY: Final = timedelta(days=365)
NAMED: Final = 3
"""Values that do not open and are named; the others are counted."""
MISSING_KEY: Final = "Add the missing key behind the first in HUB_MASTER_KEYS."


def keys() -> Iterator[Finding]:
    """Data keys that nothing opens, that lie under a former master key, or that seal for longer than a year."""
    found = census()
    if found.lost:
        names = ", ".join(found.lost)
        yield fail("keys", f"{sum(found.lost.values())} data keys cannot be opened: {names}.", MISSING_KEY)
    elif found.needed:
        told = f"Data keys still lie under {', '.join(found.needed)}."
        yield warn("keys", told, "Run manage.py hub_rotate_keys rewrap, then remove the former keys.")
    else:
        yield ok("keys", f"All data keys lie under {found.first}.")
    newest = DataKey.objects.order_by().values("organization").annotate(made=Max("created_at")).values_list("made")
    if old := sum(clock.now() - made > OLD_KEY for (made,) in newest):
        told = f"{old} organizations have sealed with the same data key for more than a year."
        yield warn("keys", told, "Run manage.py hub_rotate_keys data-key for them.")


def secrets() -> Iterator[Finding]:
    """Every sealed value is opened; which do not, and what they want."""
    counts: Counter[str] = Counter()
    named: dict[str, list[Lost]] = {}
    for one in lost_values():
        counts[one.master_key_id] += 1
        first = named.setdefault(one.master_key_id, [])
        if len(first) < NAMED:
            first.append(one)
    if not counts:
        yield ok("secrets", "Every sealed value can be opened.")
    for master_key_id, count in counts.items():
        told = f"{count} sealed values cannot be opened, among them {_places(named[master_key_id])}."
        if master_key_id:
            told = f"{told} The master key {master_key_id} is missing, or is another one than it was."
            yield fail("secrets", told, MISSING_KEY)
        else:
            yield fail("secrets", told, "The keys are there, so what they seal is damaged: set these values anew.")


def _places(lost: Sequence[Lost]) -> str:
    slugs = Organization.objects.in_bulk([one.organization_id for one in lost])
    return "; ".join(f"{one.place} of organization {_slug(slugs, one.organization_id)}" for one in lost)


def _slug(organizations: Mapping[int, Organization], pk: int) -> str:
    """Its number where it is gone: answers that are kept for a day outlive it."""
    found = organizations.get(pk)
    return found.slug if found else str(pk)


def certificates() -> Iterator[Finding]:
    """Authorities that organizations believe and that have expired or soon will."""
    at = clock.now()
    believing = Organization.objects.filter(pk__in=CertificateAuthority.objects.values("organization"))
    ending = [(one, each) for one in believing.order_by("slug") for each in authorities_of(one) if _ends(each)]
    for organization, authority in ending:
        state = "has expired" if authority.has_expired(at) else "expires soon"
        told = f"{authority.subject} of {organization.slug} {state}."
        yield warn("certificates", told, "Add its successor with manage.py hub_certificates.")
    if not ending:
        yield ok("certificates", "None expires soon.")


def _ends(authority: Authority) -> bool:
    at = clock.now()
    return authority.has_expired(at) or authority.expires_soon(at)
