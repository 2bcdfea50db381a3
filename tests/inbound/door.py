"""Door: intake as one of its two WSGI applications answers it."""

from __future__ import annotations

import re
from typing import Any

from django.test import RequestFactory

from inbound.short_path import PATH

VARYING = re.compile(r"evt_[0-9A-HJKMNP-TV-Z]{26}|req_[0-9A-HJKMNP-TV-Z]{26}")


class Door:
    """A WSGI application and what it answered last."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def post(self, body: bytes, **environ: Any) -> tuple[str, dict[str, str], bytes]:
        """Status, headers and body, with generated ids made alike."""
        request = RequestFactory().post(PATH, body, content_type="application/json", **environ)
        told: list[Any] = []
        pieces = self.application(request.environ, lambda status, headers: told.extend((status, dict(headers))))
        content = b"".join(pieces)
        status, headers = told
        headers["X-Request-ID"] = VARYING.sub("id", headers["X-Request-ID"])
        return status, headers, VARYING.sub("id", content.decode()).encode()
