"""/v1/entity/file: the bytes of files: a new file, a further version of one, the list of versions."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import strict_json
from hub.accounts.grants import Capability
from hub.api.entities.conditional import expected_version
from hub.api.entities.file_documents import LIST_VERSIONS, NEW_FILE, NEW_VERSION
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.parsers import EncodingRefused, is_chunked
from hub.api.query_fields import wrong
from hub.api.spooling import body_of
from hub.entities.files.reading import list_versions
from hub.entities.files.storing import DEFAULT_LANGUAGE, GIVEN, Upload, keep
from hub.entities.read import get_entity
from hub.errors import Invalid
from hub.json_types import JSONObject
from hub.served_files.places import place_of_upload

UNNAMED = frozenset({"", "application/x-www-form-urlencoded"})
"""What clients say that were told nothing of the type: then the name of the file tells it."""
LONGEST_ATTRIBUTES = 8192


class FileView(EntityView):
    """Takes a file as it is: the body is the bytes, the query string says what is known about them."""

    spools_body = True
    _places: ExitStack | None = None

    def most_bytes(self) -> int:
        """Of one stored file."""
        return int(settings.HUB_STORED_FILE_MAX_BYTES)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once the caller is let in, an upload takes one of the places of its organization. Any: as the framework."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            self._places = ExitStack()
            self._places.enter_context(place_of_upload(self.organization.pk))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Gives the place back, also where nothing answers what was raised. Any: as the framework."""
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self._places is not None:
                self._places.close()

    def kept(self, request: Request, schema: str, entity_id: UUID | None) -> Response:
        """What was sent, stored as a new file or as the next version of one."""
        attributes = _attributes_in(request)
        if entity_id is None:
            attributes.setdefault("language", DEFAULT_LANGUAGE)
        filename = request.query_params.get("filename", "")
        if not filename.strip():
            raise wrong("filename", "is missing: name the file in the query string")
        self.check(request, schema, attributes | {"filename": filename}, is_whole=entity_id is None)
        kept = keep(
            editor=self.editor(),
            upload=_upload(request, filename, attributes),
            entity_id=entity_id,
            expected=expected_version(request) if entity_id is not None else None,
        )
        return self.written(kept.entity, attributes, 201)


class NewFile(FileView):
    """A file that the hub stores itself."""

    requires = {"POST": Capability.ENTITY_EDIT}

    @extend_schema(**NEW_FILE)
    @once_per_key
    def post(self, request: Request, schema: str) -> Response:
        """A new file entity with version 0."""
        return self.kept(request, schema, None)


class Versions(FileView):
    """The versions of one file."""

    requires = {"GET": Capability.ENTITY_VIEW, "POST": Capability.ENTITY_EDIT}

    @extend_schema(**LIST_VERSIONS)
    def get(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The stored versions, oldest first."""
        get_entity(organization=self.organization, schema=schema, entity_id=entity_id)
        versions = list_versions(organization=self.organization, entity_id=entity_id)
        return Response({"results": [one.as_json() for one in versions]})

    @extend_schema(**NEW_VERSION)
    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID) -> Response:
        """The file with a further version."""
        return self.kept(request, schema, entity_id)


def _upload(request: Request, filename: str, attributes: JSONObject) -> Upload:
    """Raises Invalid without any body, which may be a lost one; an empty file says that it has 0 bytes."""
    meta = request._request.META
    kind = request._request.content_type or ""
    if kind.startswith("multipart/"):
        raise EncodingRefused("Send the bytes of the file as the body, not as a form: with curl, --data-binary @file.")
    length = str(meta.get("CONTENT_LENGTH") or "")
    if not length and not is_chunked(meta):
        raise Invalid("There is no body: send the bytes of the file.")
    source = body_of(request._request)
    return Upload(
        source=source,
        filename=filename,
        mime_type="" if kind.lower() in UNNAMED else str(meta.get("CONTENT_TYPE", "")),
        size_bytes=int(length) if length.isascii() and length.isdigit() and len(length) <= 20 else None,
        attributes=attributes,
    )


def _attributes_in(request: Request) -> JSONObject:
    """Further attributes in the query string. Raises Invalid for those that the upload itself gives."""
    text = request.query_params.get("attributes", "{}")
    if len(text) > LONGEST_ATTRIBUTES:
        raise wrong("attributes", f"has more than {LONGEST_ATTRIBUTES} characters: change the file afterwards instead")
    try:
        attributes = strict_json.parse(text.encode("utf-8", "surrogatepass"))
    except Invalid as error:
        raise wrong("attributes", f"is no JSON: {error.message}") from error
    if not isinstance(attributes, dict):
        raise wrong("attributes", "must be a JSON object")
    for name in sorted(GIVEN & attributes.keys()):
        raise wrong(f"attributes.{name}", "comes from the upload itself; leave it out")
    return attributes
