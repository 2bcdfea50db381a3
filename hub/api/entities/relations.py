"""Relations of one entity: listed in both directions, added, removed."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.entities.conditional import expected_version
from hub.api.entities.documentation import documented
from hub.api.entities.parameters import cursor_of, flag_of, place_in, whole_of
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.query_fields import wrong
from hub.entities.read import get_entity
from hub.entities.relating import MOST_LINKS, LinkOrder, Relinked, Subject, add_relations, remove_relations
from hub.entities.relations import links_page
from hub.entities.schemas.order import NAME
from hub.json_types import JSONPath, JSONValue

DEFAULT_SIZE = 100
MOST_LISTED = 1_000


@documented(get="listRelations")
class RelationList(EntityView):
    """What an entity is related to."""

    requires = {"GET": Capability.ENTITY_VIEW}

    def get(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """A page of relations; reverse ones, which other entities hold, on request."""
        size = whole_of(request, "size", default=DEFAULT_SIZE, most=MOST_LISTED)
        after, with_reverse = place_in(request), flag_of(request, "include_reverse")
        is_hydrated = flag_of(request, "hydrate")
        entity = get_entity(organization=self.organization, schema=schema, entity_id=entity_id)
        page = links_page(entity=entity, after=after, size=size, with_reverse=with_reverse)
        links = [link for link in page.links if not link.is_reverse or self.may_view(link.schema)]
        answer = [link.as_json() for link in links]
        if is_hydrated:
            related = self.related(link.entity_id for link in links)
            answer = [link.as_json() | {"entity": related.get(link.entity_id)} for link in links]
        cursor = cursor_of(page.next)
        return Response({"data": answer, "next_cursor": cursor, "has_more": cursor is not None})


@documented(post="addRelations", delete="removeRelations")
class Relations(EntityView):
    """Single links of an entity."""

    requires = {"POST": Capability.ENTITY_EDIT, "DELETE": Capability.ENTITY_EDIT}

    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The links that were added: those that were not there yet."""
        subject = Subject(schema, entity_id, expected_version(request))
        return self._answer(add_relations(editor=self.editor(), subject=subject, orders=_orders(request.data)))

    def delete(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The links that were removed: those that were there."""
        subject = Subject(schema, entity_id, expected_version(request))
        return self._answer(remove_relations(editor=self.editor(), subject=subject, orders=_orders(request.data)))

    def _answer(self, relinked: Relinked) -> Response:
        answer = {"relations": [link.as_json() for link in relinked.links], "_version": relinked.entity.version}
        return self.tagged(relinked.entity, answer)


def _orders(raw: JSONValue) -> list[LinkOrder]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_LINKS:
        raise wrong("", f"The body must be a list of 1 to {MOST_LINKS} relations.")
    return [_order(one, JSONPath("").index(place)) for place, one in enumerate(raw)]


def _order(raw: JSONValue, at: JSONPath) -> LinkOrder:
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object with attribute and entity_id")
    attribute, tags = raw.get("attribute"), raw.get("_tags")
    if not isinstance(attribute, str) or not (NAME.fullmatch(attribute) or attribute == "_files"):
        raise wrong(at.key("attribute"), "must be the name of an attribute")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise wrong(at.key("_tags"), "must be a list of texts")
    try:
        entity_id = UUID(str(raw.get("entity_id")))
    except ValueError as error:
        raise wrong(at.key("entity_id"), "must be a UUID") from error
    return LinkOrder(attribute, entity_id, tags)
