"""POST /v1/entity/file/{id}:download: a signed link to what a file entity stands for (proxies-and-security.md 6.2)."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.query_fields import wrong
from hub.api.views import HubAPIView
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from proxies.file_proxy.minting import link_to

Schema = dict[str, Any]  # Any: JSON Schema
INLINE: Final = "inline"
LARGEST_INDEX: Final = 2**31 - 1
DISPOSITIONS: Final = ("attachment", INLINE)
ASKED: Final[Schema] = {
    "type": "object",
    "properties": {
        "disposition": {
            "type": "string",
            "enum": [*DISPOSITIONS],
            "default": DISPOSITIONS[0],
            "description": "inline: browsers show a PDF, a picture or plain text. The body may be left out.",
        },
        "version_index": {
            "type": "integer",
            "minimum": 0,
            "maximum": LARGEST_INDEX,
            "description": "One of the stored versions; left out, the latest.",
        },
    },
}
LINK: Final[Schema] = {
    "type": "object",
    "properties": {
        "url": {"type": "string", "description": "Opens the file for whoever has it, without a token."},
        "expires_at": {"type": "string", "format": "date-time", "description": "Then the link ends."},
    },
    "required": ["url", "expires_at"],
}
EXAMPLE: Final = {
    "url": "https://hub.example.com/download?orgId=1&integrationId=3f0c8f0e-6a35-4d2b-9f57-0f6f4f3b7a11"
    "&useCaseSlug=document-download&documentId=4711&expires_at=1768464300000&kid=2026&signature=ee33b608",
    "expires_at": "2026-01-15T08:05:00.000Z",
}


class FileDownload(HubAPIView):
    """Signs a link to the stored bytes of a file, or the address it has, if it is one of the hub's own."""

    requires: ClassVar = {"POST": Capability.ENTITY_VIEW}

    @extend_schema(
        operation_id="downloadFile",
        tags=["Entities"],
        request={"application/json": ASKED},
        responses={(200, "application/json"): LINK},
        examples=[
            OpenApiExample("A link", EXAMPLE, response_only=True),
            OpenApiExample("To be shown", {"disposition": INLINE}, request_only=True),
        ],
    )
    def post(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """A link that opens the file for a few minutes.

        Bytes that the hub has stored come before custom_download_url. 404 for a version that is not stored, 409 where
        there are no stored bytes and no address at the hub: one that leads elsewhere is never signed.
        """
        asked = self.body_object() if self.request.data else {}
        link = link_to(
            organization=self.organization,
            file_id=entity_id,
            at=clock.now(),
            is_inline=_disposition_in(asked) == INLINE,
            version_index=_index_in(asked),
        )
        answer = {"url": link.url, "expires_at": timestamp(link.expires_at)}
        return Response(answer, headers={"Cache-Control": "no-store"})


def _disposition_in(asked: JSONObject) -> object:
    disposition = asked.get("disposition")
    if disposition is not None and disposition not in DISPOSITIONS:
        raise wrong("disposition", f"must be one of: {', '.join(DISPOSITIONS)}")
    return disposition


def _index_in(asked: JSONObject) -> int | None:
    index = asked.get("version_index")
    if index is None:
        return None
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= LARGEST_INDEX:
        raise wrong("version_index", f"must be a whole number from 0 to {LARGEST_INDEX}")
    return index
