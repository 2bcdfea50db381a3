"""Door: a route as one of its two WSGI applications answers it."""

from __future__ import annotations

import re
from typing import Any

from django.test import RequestFactory

VARYING = re.compile(r"(?:evt|req|lt|msg)_[0-9A-HJKMNP-TV-Z]{26}")


class Door:
    """A WSGI application, asked for one path."""

    def __init__(self, application: Any, path: str) -> None:
        self.application = application
        self.path = path

    def post(self, body: bytes, **environ: Any) -> tuple[str, dict[str, str], bytes]:
        """Status, headers and body, with generated ids made alike."""
        request = RequestFactory().post(self.path, body, content_type="application/json", **environ)
        told: list[Any] = []
        pieces = self.application(request.environ, lambda status, headers: told.extend((status, dict(headers))))
        content = b"".join(pieces)
        status, headers = told
        headers["X-Request-ID"] = VARYING.sub("id", headers["X-Request-ID"])
        return status, headers, VARYING.sub("id", content.decode()).encode()
