"""held_prunes: the prunes that wait for a decision, as the first page of monitoring tells of them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from inbound.models import HeldPrune
from inbound.prunes.nouns import counted
from inbound.prunes.query import waiting_count
from integrations.models import UseCase
from monitoring.concerns import Concern, Concerns, Urgency


def held_prunes(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """What waits now, the longest first; three queries."""
    waiting = HeldPrune.objects.of(organization).filter(state=HeldPrune.State.WAITING)
    oldest = list(waiting.order_by("held_at", "id")[:most])
    use_cases = UseCase.objects.of(organization).filter(pk__in={one.use_case_id for one in oldest})
    slugs = dict(use_cases.values_list("pk", "slug"))
    lines = [_line(one, organization, slugs.get(one.use_case_id, ""), at) for one in oldest]
    total = waiting_count(organization=organization)
    if total > len(lines):
        lines.append(_others(total - len(lines)))
    return Concerns(tuple(lines), total)


def _line(prune: HeldPrune, organization: Organization, slug: str, at: datetime) -> Concern:
    records = counted(prune, organization, prune.member_count)
    return Concern(
        urgency=Urgency.UNDECIDED,
        glyph="held",
        title=_("Prune held for a decision"),
        url=reverse("inbound:held-prune", args=[prune.pk]),
        action=_("Review"),
        code=slug,
        note=_("would remove %(records)s, %(when)s") % {"records": records, "when": relative_time(prune.held_at, at)},
    )


def _others(count: int) -> Concern:
    title = ngettext("%(count)s more held prune", "%(count)s more held prunes", count) % {"count": number(count)}
    return Concern(Urgency.UNDECIDED, "held", title, reverse("inbound:held-prunes"), _("Open"))
