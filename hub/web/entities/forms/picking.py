"""The picker of related entities: what an identifier or a query finds, as boxes to tick."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.web.access import may_view, page
from hub.web.entities.finding import LONGEST_QUERY, find
from hub.web.entities.forms.form import EntityForm
from hub.web.entities.forms.inputs import KEY, SEARCH
from hub.web.entities.forms.rows import Links
from hub.web.entities.related import Relative, relatives_of
from hub.web.requests import HubRequest

MOST_CANDIDATES = 10
LONGEST_NAME = 128


@page(Capability.ENTITY_VIEW)
@require_safe
def pick(request: HubRequest) -> HttpResponse:
    """A part of the form: who could be meant by the text in the search input of an attribute."""
    name = request.GET.get("name", "").replace("\0", "")[:LONGEST_NAME]
    text = request.GET.get(SEARCH + name, "").replace("\0", "").strip()[:LONGEST_QUERY]
    found = candidates_for(request, text, request.GET.get("schema", "").replace("\0", "")) if text else []
    context = {"name": name, "key": KEY + name, "search": text, "candidates": found, "is_answer": bool(text)}
    return render(request, "entities/forms/_candidates.html", context)


def candidates_of(request: HubRequest, form: EntityForm) -> Mapping[str, list[Relative]]:
    """Attribute → what its search text finds; a query or two for each text there is."""
    looks = {name: look for name, look in form.looks.items() if isinstance(look, Links) and name in form.searches}
    return {name: candidates_for(request, form.searches[name], look.schema) for name, look in looks.items()}


def candidates_for(request: HubRequest, text: str, schema: str) -> list[Relative]:
    """Live entities that the text means, of one schema or ("") of any; identifiers first."""
    found = find(
        organization=request.organization, principal=request.principal, text=text[:LONGEST_QUERY], schema=schema
    )
    live = [entity for entity in found.entities if entity.deleted_at is None][:MOST_CANDIDATES]
    relatives = relatives_of(request.organization, (), lambda one: may_view(request, one), known=live)
    return list(relatives.values())
