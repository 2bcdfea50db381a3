"""JSONRenderer: answers as UTF-8 JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from hub.json_encoding import encode


class JSONRenderer(BaseRenderer):
    """Writes ``application/json``."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self,
        data: Any,  # Any: whatever a view answers, checked by the encoder
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of the answer; none for an empty one."""
        return b"" if data is None and _is_bodiless(renderer_context) else encode(data)


def _is_bodiless(context: Mapping[str, Any] | None) -> bool:
    response = (context or {}).get("response")
    return response is not None and response.status_code in {204, 304}
