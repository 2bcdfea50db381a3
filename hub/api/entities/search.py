"""/v1/entity:search: entities that a query describes."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability, missing
from hub.api.entities.documentation import documented
from hub.api.entities.views import EntityView
from hub.api.query_fields import wrong
from hub.entities.documents import document_of
from hub.entities.query.search import COUNTED_UP_TO, SearchRequest, search
from hub.entities.query.sorting import parse_sort
from hub.entities.query.syntax import parse
from hub.entities.relations import hydrated, ids_in
from hub.json_types import JSONObject

DEFAULT_SIZE = 10
MOST_RESULTS = 1_000
MOST_FIELDS = 200


@documented(post="searchEntities")
class EntitySearch(EntityView):
    """Entities that a query describes."""

    requires = {"POST": Capability.ENTITY_VIEW}
    checks_each_integration = True

    def post(self, request: Request) -> Response:
        """A page of matches; the grant is asked for every schema that the query reaches."""
        body = self.body_object()
        fields = _fields(body)
        is_hydrated = _boolean(body, "hydrate")
        result = search(organization=self.organization, request=_parsed(body), may_view=self.may_view)
        if result is None:
            raise missing(Capability.ENTITY_VIEW)
        documents = [document_of(entity, self.organization, fields) for entity in result.entities]
        if is_hydrated:
            related = self.related(ids_in(documents))
            documents = [hydrated(document, related) for document in documents]
        answer: dict[str, object] = {"hits": result.hits, "results": documents}
        if result.sort_end is not None:
            answer["sort_end"] = result.sort_end
        return Response(answer)


def _parsed(body: JSONObject) -> SearchRequest:
    query = body.get("q")
    if not isinstance(query, str):
        raise wrong("q", "must be a string")
    after = body.get("search_after")
    start = _whole(body, "from", 0, COUNTED_UP_TO)
    if after is not None and start:
        raise wrong("from", "cannot be combined with search_after")
    return SearchRequest(
        node=parse(query),
        size=_whole(body, "size", DEFAULT_SIZE, MOST_RESULTS),
        start=start,
        after=after,
        sorts=parse_sort(body.get("sort")),
        include_deleted=_boolean(body, "include_deleted"),
    )


def _whole(body: JSONObject, name: str, default: int, most: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise wrong(name, f"must be a whole number from 0 to {most}")
    return value


def _boolean(body: JSONObject, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, "must be true or false")
    return value


def _fields(body: JSONObject) -> frozenset[str] | None:
    """Names of attributes to show; None shows all."""
    value = body.get("fields")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_FIELDS:
        raise wrong("fields", f"must be a list of up to {MOST_FIELDS} attributes")
    names = frozenset(name for name in value if isinstance(name, str))
    if len(names) < len({str(name) for name in value}):
        raise wrong("fields", "must name attributes")
    return names
