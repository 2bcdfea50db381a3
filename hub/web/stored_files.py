"""GET /files/stored: a signed link opens bytes that the hub has stored; nobody has to be signed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub import clock
from hub.entities.files.linking import INLINE, find_linked
from hub.entities.files.reading import StoredVersion, open_version
from hub.entities.files.storage import PIECE_BYTES, StorageUnreadable
from hub.errors import HubError
from hub.served_files.content_types import safe_type
from hub.served_files.headers import headers_of
from hub.served_files.places import place_of_download
from hub.served_files.queries import parameters_in
from hub.served_files.ranges import Part, Unsatisfiable, part_of
from hub.web.file_answers import refusal


@csrf_exempt
@require_safe
def stored_file(request: HttpRequest) -> HttpResponseBase:
    """The bytes, or a part of them, or a page or JSON that says why there are none."""
    try:
        parameters = parameters_in(request.META.get("QUERY_STRING", ""))
        organization, version = find_linked(parameters, at=clock.now())
        headers = _headers(version, parameters)
        if {headers["ETag"], "*"} & _tags(request, "If-None-Match"):
            return HttpResponse(status=304, headers=headers)
        try:
            part = _part(request, version, headers["ETag"])
        except Unsatisfiable:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{version.size_bytes}"})
        with ExitStack() as resources:
            resources.enter_context(place_of_download(organization.pk))
            if part is not None:
                headers["Content-Range"] = f"bytes {part.first}-{part.last}/{version.size_bytes}"
            return _sent(request, _Bytes(version, part, resources), headers)
    except HubError as error:
        return refusal(request, error)


class _Bytes:
    """Stored bytes on their way: iterate over them once, and close it in any case."""

    def __init__(self, version: StoredVersion, part: Part | None, resources: ExitStack) -> None:
        """Raises StorageUnreadable."""
        self._opened: BinaryIO = resources.enter_context(open_version(version))
        self.length = version.size_bytes if part is None else part.length
        if part is not None:
            self._opened.seek(part.first)
        self._resources = resources.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        left = self.length
        while left > 0:
            piece = self._opened.read(min(PIECE_BYTES, left))
            if not piece:
                raise StorageUnreadable
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the bytes and of the place."""
        self._resources.close()


def _sent(request: HttpRequest, found: _Bytes, headers: dict[str, str]) -> HttpResponseBase:
    status = 206 if "Content-Range" in headers else 200
    headers = headers | {"Content-Length": str(found.length)}
    if request.method == "HEAD":
        found.close()
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(found, status=status, headers=headers)


def _headers(version: StoredVersion, parameters: Mapping[str, str]) -> dict[str, str]:
    headers = headers_of(
        name=version.filename,
        content_type=safe_type(version.mime_type),
        is_inline=parameters.get("disposition") == INLINE,
        takes_ranges=True,
    )
    return headers | {"ETag": f'"{version.sha256}"'}


def _part(request: HttpRequest, version: StoredVersion, tag: str) -> Part | None:
    """None for the whole file, also where somebody has the beginning of other bytes. Raises Unsatisfiable."""
    if request.headers.get("If-Range", tag).strip() != tag:
        return None
    return part_of(request.headers.get("Range", ""), version.size_bytes)


def _tags(request: HttpRequest, header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in request.headers.get(header, "").split(",")}
