"""HEADERS and headers_of: what goes out with every file, whoever's it is; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.served_files.content_types import may_be_shown
from hub.served_files.names import disposition

HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}
"""With every file: whatever it holds, it acts for nobody and is kept nowhere.

Chromium 156 was seen to show a PDF inline under this policy just as without one.
"""


def headers_of(*, name: str, content_type: str, is_inline: bool, takes_ranges: bool) -> dict[str, str]:
    """Of a file whose name and type are safe already; is_inline: somebody wants to look at it, if that does no harm."""
    return {
        **HEADERS,
        "Content-Type": content_type,
        "Content-Disposition": disposition(name, is_inline=is_inline and may_be_shown(content_type)),
        "Accept-Ranges": "bytes" if takes_ranges else "none",
    }
