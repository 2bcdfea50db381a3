"""limits_of: how much a prune may remove unasked, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hub.entities.guard import guard_of
from hub.web.templatetags.numbers import GROUP, number


def limits_of(organization_id: int) -> str:
    """The guard in words: "more than 50 records and more than 20 % of their scope"."""
    guard = guard_of(organization_id)
    words = {"most": number(guard.most), "share": f"{100 * guard.share:g}{GROUP}%"}
    return _("more than %(most)s records and more than %(share)s of their scope") % words
