"""/v1/entity/{slug}/{id}: one entity: read, changed, replaced, deleted, restored."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.entities.conditional import expected_version, is_unchanged, not_modified, tag_of
from hub.api.entities.documentation import documented
from hub.api.entities.parameters import flag_of, moment_in
from hub.api.entities.views import EntityView
from hub.entities.documents import document_of
from hub.entities.editing import change_entity, delete_entity, restore_entity
from hub.entities.models import Entity
from hub.entities.opening import opened
from hub.entities.read import find_version, get_entity, get_entity_at
from hub.entities.relations import hydrated, links_of


@documented(get="getEntity", patch="patchEntity", put="replaceEntity", delete="deleteEntity")
class OneEntity(EntityView):
    """An entity, also one in the recycle bin."""

    requires = {
        "GET": Capability.ENTITY_VIEW,
        "PATCH": Capability.ENTITY_EDIT,
        "PUT": Capability.ENTITY_EDIT,
        "DELETE": Capability.ENTITY_DELETE,
    }

    def get(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The entity as it is or was at a moment, with its relations."""
        at = moment_in(request, "at")
        is_hydrated = flag_of(request, "hydrate")
        if at is None and not is_hydrated and (tag := self._known_tag(request, schema, entity_id)):
            self._opened(schema, entity_id)
            return not_modified(tag)
        find = get_entity if at is None else partial(get_entity_at, at=at)
        entity = find(organization=self.organization, schema=schema, entity_id=entity_id)
        if at is None and entity.deleted_at is None:
            self._opened(schema, entity_id)
        answer = self._document(entity, is_hydrated=is_hydrated)
        return Response(answer) if at is not None or is_hydrated else self.tagged(entity, answer)

    def _opened(self, schema: str, entity_id: UUID) -> None:
        """What a hub reads nobody looks at; and a schedule that reads here would have itself started."""
        if not self.hop:
            opened(self.organization, schema, entity_id)

    def _known_tag(self, request: Request, schema: str, entity_id: UUID) -> str | None:
        """The entity's tag, read without its body, where the caller has it already."""
        if "If-None-Match" not in request._request.headers:
            return None
        entity = find_version(organization=self.organization, schema=schema, entity_id=entity_id)
        if entity is None:
            return None
        tag = tag_of(entity, self.organization)
        return tag if is_unchanged(request, tag) else None

    def _document(self, entity: Entity, *, is_hydrated: bool) -> dict[str, object]:
        document = document_of(entity, self.organization)
        links = list(links_of(entity.attributes))
        if not is_hydrated:
            return {"entity": document, "relations": [link.as_json() for link in links]}
        related = self.related(link.entity_id for link in links)
        relations = [link.as_json() | {"entity": related.get(link.entity_id)} for link in links]
        return {"entity": hydrated(document, related), "relations": relations}

    def patch(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The entity with some attributes changed."""
        return self._changed(request, schema, entity_id, is_whole=False)

    def put(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The entity with exactly these attributes."""
        return self._changed(request, schema, entity_id, is_whole=True)

    def _changed(self, request: Request, schema: str, entity_id: UUID, *, is_whole: bool) -> Response:
        attributes = self.body_object()
        self.check(request, schema, attributes, is_whole=is_whole)
        written = change_entity(
            editor=self.editor(is_direct=flag_of(request, "direct")),
            schema=schema,
            entity_id=entity_id,
            attributes=attributes,
            expected=expected_version(request),
            is_whole=is_whole,
        )
        return self.written(written.entity, attributes)

    def delete(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """Puts the entity into the recycle bin, or removes it for good."""
        is_purge = flag_of(request, "purge")
        delete_entity(
            editor=self.editor(),
            schema=schema,
            entity_id=entity_id,
            expected=expected_version(request),
            is_purge=is_purge,
        )
        end = "is removed for good" if is_purge else "is in the recycle bin"
        return Response({"message": f"The {schema} {end}."})


@documented(patch="restoreEntity")
class Restoration(EntityView):
    """The way out of the recycle bin."""

    requires = {"PATCH": Capability.ENTITY_EDIT}

    def patch(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The entity as it was when it was deleted."""
        written = restore_entity(
            editor=self.editor(), schema=schema, entity_id=entity_id, expected=expected_version(request)
        )
        return self.shown(written.entity)
