"""The API described: /openapi.json, and the two readers of it, served from local files under policies of their own."""

from __future__ import annotations

from functools import lru_cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from hub.api.schema import published

SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
REDOC_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Redoc writes style elements without a nonce and searches in a worker made from a blob."""


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; the same for everybody, so it needs no credential."""
    response = HttpResponse(openapi_document(), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Swagger UI, to try requests."""
    return _page(request, "hub/api/swagger.html", SWAGGER_POLICY)


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    """Redoc, to read."""
    return _page(request, "hub/api/redoc.html", REDOC_POLICY)


@lru_cache(maxsize=1)
def openapi_document() -> bytes:
    """Put together once per process: the routes do not change while it runs."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return orjson.dumps(published(document), default=str)


def _page(request: HttpRequest, template: str, policy: str) -> HttpResponse:
    nonce = getattr(request, "csp_nonce", "")
    response = HttpResponse(_drawn(template, nonce))
    response.headers["Content-Security-Policy"] = policy.format(nonce=nonce)
    return response


def _drawn(template: str, nonce: str) -> str:
    return render_to_string(template, {"csp_nonce": nonce})
