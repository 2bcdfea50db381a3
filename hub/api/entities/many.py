"""/v1/entity/{slug}: what changed in a schema, new entities, and those that are made or changed by a key."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.entities.conditional import REVALIDATED, is_unchanged, not_modified
from hub.api.entities.documentation import documented
from hub.api.entities.parameters import cursor_at, flag_of, moment_in, position_in, whole_of
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.query_fields import wrong
from hub.entities.changed import Changed, ChangedSince, changed_page, entities_of
from hub.entities.documents import document_of, document_of_purged
from hub.entities.editing import create_entity, upsert_entity
from hub.entities.identity import MOST_UNIQUE_KEYS
from hub.entities.models import Entity
from hub.entities.read import refuse_unknown
from hub.json_types import JSONObject

DEFAULT_LIMIT = 100
MOST_LISTED = 1_000


@documented(get="listEntities", post="createEntity")
class Entities(EntityView):
    """The entities of a schema."""

    requires = {"GET": Capability.ENTITY_VIEW, "POST": Capability.ENTITY_EDIT}

    def get(self, request: Request, schema: str) -> Response:
        """A page of entities, the oldest change first."""
        wanted = ChangedSince(
            schema=schema,
            since=moment_in(request, "updated_since"),
            after=position_in(request),
            limit=whole_of(request, "limit", default=DEFAULT_LIMIT, most=MOST_LISTED),
            include_deleted=flag_of(request, "include_deleted"),
        )
        page = changed_page(organization=self.organization, wanted=wanted, at=clock.now())
        if not page.lines:
            refuse_unknown(organization=self.organization, schema=schema)
        tag = f'"{page.tag}"'
        if is_unchanged(request, tag):
            return not_modified(tag)
        entities = entities_of(organization=self.organization, page=page)
        answer = {
            "data": [self._document(one, schema) for one in entities],
            "next_cursor": cursor_at(page.next),
            "has_more": page.next is not None,
        }
        return Response(answer, headers={"ETag": tag, **REVALIDATED})

    def _document(self, one: Entity | Changed, schema: str) -> dict[str, object]:
        if isinstance(one, Changed):
            return document_of_purged(one.entity_id, schema, one.at)
        return document_of(one, self.organization)

    @once_per_key
    def post(self, request: Request, schema: str) -> Response:
        """A new entity with these attributes."""
        attributes = self.attributes_sent()
        self.check(request, schema, attributes, is_whole=True)
        written = create_entity(editor=self.editor(), schema=schema, attributes=attributes)
        return self.written(written.entity, attributes, 201)


@documented(patch="upsertEntity")
class Upsert(EntityView):
    """An entity that is made if it is not there yet."""

    requires = {"PATCH": Capability.ENTITY_EDIT}

    def patch(self, request: Request, schema: str) -> Response:
        """The entity that has these values of the unique key: changed, or new."""
        body = self.body_object()
        attributes = body.get("entity")
        if not isinstance(attributes, dict):
            raise wrong("entity", "must be an object of attributes")
        self.check(request, schema, attributes, is_whole=False)
        written = upsert_entity(
            editor=self.editor(is_direct=flag_of(request, "direct")),
            schema=schema,
            unique_key=_unique_key(body),
            attributes=attributes,
        )
        return self.written(written.entity, attributes, 201 if written.is_new else 200)


def _unique_key(body: JSONObject) -> list[str]:
    names = body.get("unique_key")
    texts = [name for name in names if isinstance(name, str) and name] if isinstance(names, list) else []
    if not isinstance(names, list) or not 0 < len(texts) == len(names) <= MOST_UNIQUE_KEYS:
        raise wrong("unique_key", f"must be a list of 1 to {MOST_UNIQUE_KEYS} attributes")
    return list(dict.fromkeys(texts))
