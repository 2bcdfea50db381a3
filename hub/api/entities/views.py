"""EntityView: what the views of entities share: the caller as editor, the grant per schema, validated attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability, allows
from hub.api.entities.conditional import REVALIDATED, tag_of
from hub.api.entities.parameters import flag_of
from hub.api.parsers import is_chunked
from hub.api.views import HubAPIView
from hub.entities.documents import document_of
from hub.entities.editor import Editor
from hub.entities.models import Entity
from hub.entities.relations import Documents, related_documents
from hub.entities.schemas import Schema, misfits, missing
from hub.entities.schemas.book import book_of
from hub.errors import HubError, Invalid
from hub.hops import marked
from hub.json_types import JSONObject

WARNINGS: Final = "Hub-Warnings"
"""The header that counts values which do not fit their attributes."""


class Misfitting(HubError):
    """Attributes that do not fit their schema, where the caller asked for validation."""

    code = "ATTRIBUTE_TYPE_MISMATCH"
    status = 422


class EntityView(HubAPIView):
    """Base of the views that read and write entities and schemas."""

    def editor(self, *, is_direct: bool = False) -> Editor:
        """The caller, now; is_direct: nothing of theirs is parked."""
        return Editor(
            organization=self.organization,
            actor=self.actor,
            at=clock.now(),
            is_direct=is_direct,
            chain=marked(self.hop),
        )

    def may_view(self, schema: str | None) -> bool:
        """Whether the caller may read entities of that schema, or of all of them (None)."""
        return allows(self.principal, Capability.ENTITY_VIEW, None, schema)

    def related(self, ids: Iterable[str]) -> Documents:
        """The entities with these ids that the caller may see."""
        return related_documents(organization=self.organization, ids=ids, may_view=self.may_view)

    def definition(self, slug: str) -> Schema:
        """The schema called slug; for an unknown one a bare schema."""
        return book_of(self.organization).schema_of(slug)

    def check(self, request: Request, slug: str, attributes: JSONObject, *, is_whole: bool) -> None:
        """Raise Misfitting with every misfit, if ``?validate=true`` asks for it; a whole entity must be complete."""
        if not flag_of(request, "validate"):
            return
        schema = self.definition(slug)
        found = misfits(schema, attributes) + (missing(schema, attributes) if is_whole else [])
        if found:
            raise Misfitting(
                f"{len(found)} attributes do not fit the schema {slug}; nothing was written.",
                details=[misfit.detail for misfit in found],
            )

    def attributes_sent(self) -> JSONObject:
        """The attributes of the body; raises Invalid where there is no body at all, which may be a lost one."""
        meta = self.request._request.META
        if meta.get("CONTENT_LENGTH") in (None, "", "0") and not is_chunked(meta):
            raise Invalid("There is no body: send the attributes as a JSON object.")
        return self.body_object()

    def tagged(self, entity: Entity, document: object, status: int = 200) -> Response:
        """An answer with the tag that If-Match and If-None-Match take."""
        headers = {"ETag": tag_of(entity, self.organization), **REVALIDATED}
        return Response(document, status=status, headers=headers)

    def shown(self, entity: Entity, status: int = 200) -> Response:
        """An entity that was written, with its tag."""
        return self.tagged(entity, document_of(entity, self.organization), status)

    def written(self, entity: Entity, attributes: JSONObject, status: int = 200) -> Response:
        """The same, with the number of these attributes that do not fit their types and were stored all the same."""
        answer = self.shown(entity, status)
        answer[WARNINGS] = str(len(misfits(self.definition(entity.schema), attributes)))
        return answer
