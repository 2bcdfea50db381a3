"""Changesets of one entity: what is parked, applied, dismissed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.entities.conditional import expected_version
from hub.api.entities.documentation import documented
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.query_fields import wrong
from hub.entities.changesets import changesets_in
from hub.entities.deciding import LONGEST_REASON, Parked, apply_changeset, dismiss_changeset
from hub.entities.models import Entity
from hub.entities.read import get_entity
from hub.json_types import JSONObject

Decide = Callable[..., Entity]
"""apply_changeset or dismiss_changeset."""


@documented(get="listChangesets")
class Changesets(EntityView):
    """What waits in an entity."""

    requires = {"GET": Capability.ENTITY_VIEW}

    def get(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """Every parked value beside the present one, by attribute."""
        entity = get_entity(organization=self.organization, schema=schema, entity_id=entity_id)
        parked = sorted(changesets_in(entity.attributes).items())
        return self.tagged(entity, {"results": [_document(entity, name, one) for name, one in parked]})


def _document(entity: Entity, attribute: str, changeset: JSONObject) -> JSONObject:
    return {
        "attribute": attribute,
        "proposed": changeset.get("value"),
        "current": entity.attributes.get(attribute),
        "edit_mode": changeset.get("edit_mode"),
        "source": changeset.get("actor"),
        "since": changeset.get("created_at"),
    }


class ChangesetDecision(EntityView):
    """What both decisions share."""

    requires = {"POST": Capability.ENTITY_EDIT}

    def decided(self, decide: Decide, schema: str, entity_id: UUID, attribute: str) -> Response:
        """The entity afterwards; 404 when nothing is parked."""
        reason = self._reason()
        parked = Parked(schema, entity_id, attribute, expected_version(self.request))
        return self.shown(decide(editor=self.editor(), parked=parked, reason=reason))

    def _reason(self) -> str:
        body = self.body_object() if self.request.data is not None else {}
        reason = body.get("reason", "")
        if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
            raise wrong("reason", f"must be a string of at most {LONGEST_REASON} characters")
        return reason


@documented(post="applyChangeset")
class ChangesetApplication(ChangesetDecision):
    """The way of a parked value into the entity."""

    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID, attribute: str) -> Response:
        """The entity with the value that was parked."""
        return self.decided(apply_changeset, schema, entity_id, attribute)


@documented(post="dismissChangeset")
class ChangesetDismissal(ChangesetDecision):
    """The end of a parked value that nobody wants."""

    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID, attribute: str) -> Response:
        """The entity, which keeps its present value."""
        return self.decided(dismiss_changeset, schema, entity_id, attribute)
