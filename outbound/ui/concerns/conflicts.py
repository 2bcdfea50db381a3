"""conflicts: use cases that are on and deliver nothing, or no files: webhook, event or recipe is off or gone."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import number
from monitoring.concerns import Concern, Concerns, Urgency
from outbound.status import RECIPE_UNRESOLVED, OutboundStatus, undeliverable
from outbound.uploads.references import NamedRecipe
from proxies.uploading.recipes import Why


def conflicts(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """The conflicts of the outbound status (operation 28) that a use case has by itself; oldest use case first."""
    found = undeliverable(organization)
    lines = [_line(one) for one in found[:most]]
    if len(found) > most:
        lines.append(_others(len(found) - most))
    return Concerns(tuple(lines), len(found))


def _line(one: OutboundStatus) -> Concern:
    use_case = one.use_case
    return Concern(
        urgency=Urgency.HALTED,
        glyph="error",
        title=_title(one),
        url=reverse("integrations:use-case", args=[use_case.integration_id, use_case.pk]),
        action=_("Open"),
        code=use_case.slug,
        note=" ".join(_sentence(one)),
    )


def _title(one: OutboundStatus) -> str:
    """A recipe takes nothing from the webhooks of the same use case."""
    is_recipe_alone = {conflict.type for conflict in one.conflicts} == {RECIPE_UNRESOLVED}
    return _("Use case uploads no files") if is_recipe_alone else _("Use case delivers nothing")


def _sentence(one: OutboundStatus) -> list[str]:
    event_off = _("The event %(event)s is disabled.") % {"event": one.event_name}
    gone = [
        _("The webhook %(id)s does not exist.") % {"id": webhook.id} for webhook in one.webhooks if not webhook.name
    ]
    off = [_("The webhook %(name)s is disabled.") % {"name": webhook.name} for webhook in one.webhooks if webhook.name]
    kinds = {conflict.type for conflict in one.conflicts}
    return [
        *([event_off] if "event_disabled" in kinds else []),
        *([*gone, *off] if "all_webhooks_disabled" in kinds else []),
        *dict.fromkeys(_recipe(recipe) for recipe in one.recipes if recipe.why is not None),
    ]


def _recipe(one: NamedRecipe) -> str:
    sentences = {
        Why.NOT_FOUND: _("The upload recipe %(slug)s does not exist."),
        Why.WRONG_TYPE: _("%(slug)s is no file proxy that can upload."),
        Why.WRONG_DIRECTION: _("The file proxy %(slug)s downloads, it does not upload."),
        Why.DISABLED: _("The upload recipe %(slug)s is disabled."),
    }
    return sentences[one.why] % {"slug": one.slug} if one.why else ""


def _others(count: int) -> Concern:
    text = ngettext("%(count)s more use case delivers nothing", "%(count)s more use cases deliver nothing", count)
    return Concern(Urgency.HALTED, "error", text % {"count": number(count)}, reverse("integrations:list"), _("Open"))
