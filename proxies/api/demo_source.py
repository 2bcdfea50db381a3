"""/demo/grid-operator/meters: what the demo's schedule reads; mounted only while developing, for anybody."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from hub import clock
from hub.api.query_fields import whole_in
from hub.errors import Invalid
from proxies.demo.source import meters_page

MOST_PAGES = 1_000


@require_safe
def grid_meters(request: HttpRequest) -> JsonResponse:
    """One page of meters; 400 for a page that is no number from 1."""
    asked = request.GET.dict()
    try:
        page = whole_in(asked, "page", default=1, most=MOST_PAGES)
    except Invalid as error:
        return JsonResponse({"message": error.message}, status=400)
    return JsonResponse(meters_page(since=str(asked.get("visited_since", "")), page=page, at=clock.now()))
