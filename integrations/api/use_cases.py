"""…/use-cases: the use cases of an integration, one by one (operations 15 to 20)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.etags import tagged
from hub.api.idempotency import once_per_key
from hub.api.pagination import InvalidCursor, decode_cursor, encode_cursor
from integrations.api.answers import past_version_document, saved_document, use_case_document
from integrations.api.documents import operation
from integrations.api.views import ConfigurationView
from integrations.changes.use_case import UseCaseChanges
from integrations.operations.use_cases import create_use_case, delete_use_case, update_use_case
from integrations.queries import get_integration, get_use_case, use_cases_of
from integrations.versions import list_past_versions


class UseCases(ConfigurationView):
    """The use cases of one integration."""

    requires: ClassVar = {"GET": Capability.READ, "POST": Capability.WRITE}

    @operation("listUseCases")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """Every use case, oldest first."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        return Response({"use_cases": [use_case_document(use_case) for use_case in use_cases_of(integration)]})

    @operation("createUseCase")
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """A new use case; without a slug it gets one derived from its name."""
        changes = UseCaseChanges.parse_new(self.body_object())
        use_case = create_use_case(author=self.author(integration_id), integration_id=integration_id, changes=changes)
        return tagged(saved_document(use_case, self.organization), use_case.version, status=201)


class OneUseCase(ConfigurationView):
    """One use case."""

    requires: ClassVar = {"GET": Capability.READ, "PUT": Capability.WRITE, "DELETE": Capability.WRITE}

    @operation("getUseCase")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """The use case as it is now."""
        use_case = get_use_case(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)
        return tagged(use_case_document(use_case), use_case.version)

    @operation("updateUseCase")
    def put(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Changes the fields that are sent and no others, and makes a version when something is different."""
        stored = get_use_case(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)
        use_case = update_use_case(
            author=self.author(integration_id),
            integration_id=integration_id,
            use_case_id=use_case_id,
            changes=UseCaseChanges.parse_partial(self.body_object(), stored_type=stored.type),
            expected=self.expected_versions(),
        )
        return tagged(saved_document(use_case, self.organization), use_case.version)

    @operation("deleteUseCase")
    def delete(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Deletes the use case with its history."""
        delete_use_case(
            author=self.author(integration_id),
            integration_id=integration_id,
            use_case_id=use_case_id,
            expected=self.expected_versions(),
        )
        return Response({"message": "The use case is deleted."})


class UseCaseHistory(ConfigurationView):
    """What a use case was before."""

    requires: ClassVar = {"GET": Capability.READ}

    @operation("listUseCaseHistory")
    def get(self, request: Request, integration_id: UUID, use_case_id: UUID) -> Response:
        """Twenty past versions, newest first; next_cursor is absent on the last page."""
        below = _version_below(request.query_params.get("cursor"))
        use_case = get_use_case(organization=self.organization, integration_id=integration_id, use_case_id=use_case_id)
        page = list_past_versions(use_case, below=below)
        answer: dict[str, object] = {"history": [past_version_document(past) for past in page.versions]}
        if page.next_version is not None:
            answer["next_cursor"] = encode_cursor({"version": page.next_version})
        return Response(answer)


def _version_below(cursor: str | None) -> int | None:
    """The version that a cursor of ours names; raises InvalidCursor."""
    if cursor is None:
        return None
    version = decode_cursor(cursor).get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InvalidCursor
    return version
