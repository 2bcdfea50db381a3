"""What the API framework and its documentation are told; the same everywhere."""

from __future__ import annotations

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["hub.api.authentication.TokenOrSession"],
    "DEFAULT_PERMISSION_CLASSES": ["hub.api.permissions.HasGrant"],
    "DEFAULT_PARSER_CLASSES": ["hub.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["hub.api.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "hub.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
DESCRIPTION = """\
Send business events, configure integrations, look at what happened.

# Sending a request again

Every POST that makes or triggers something takes the header `Idempotency-Key`: 1 to 255 visible ASCII characters, \
best a new UUID per request. When no answer has come, send the same request with the same key once more. It is carried \
out once; for 24 hours every repeat gets the first answer, with `Idempotency-Replayed: true`.

- A key belongs to the token (or the signed-in person) that sent it. The same text of somebody else is another key.
- The same key with another body, path or query is answered with 409 `IDEMPOTENCY_KEY_REUSED`.
- While the first request is being carried out, a repeat is answered with 409 `IDEMPOTENCY_KEY_IN_USE` and \
`Retry-After`.
- A refused request (400 to 499) has changed nothing. Its key is free: mend the request and send it again under it.
- A request that failed (429, or from 500 on) frees its key, too: a repeat is carried out.
- An answer above 1 MiB is given once. A repeat is answered with 409 `IDEMPOTENCY_ANSWER_NOT_KEPT`: it was carried out.
- A process that dies on the way leaves the key taken for 60 seconds; then a repeat is carried out. For events, \
`deduplication_id` holds even then.

Queries by POST, simulations, poll and acknowledgements take no key.
"""
"""What readers of the API document see first; Markdown."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Integration Hub API",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/v[123]/",
    "SECURITY": [{"bearer": []}],
    "APPEND_COMPONENTS": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}
