"""target_of: the URL of a call, below the base URL of its connector whatever the payload says; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.http.url import Url, parse
from proxies.encodings import Position, percent_encoded
from proxies.managed_call.failures import not_permitted
from proxies.rendering import Values, render

_DOT_SEGMENTS: Final = frozenset({".", ".."})


def target_of(base_url: str, path: str, query_params: Mapping[str, str], values: Values) -> Url:
    """base_url with the rendered path behind it; its query is kept, then come that of the path and query_params.

    base_url is filled in already. Raises RenderingRefused, UrlRefused, and CallFailed for a URL that leads elsewhere.
    """
    base, _, base_query = base_url.partition("#")[0].partition("?")
    template = path if path.startswith("/") else f"/{path}"
    rendered, _, path_query = render(template, Position.URL, values).partition("#")[0].partition("?")
    pairs = [
        f"{percent_encoded(name)}={render(template, Position.QUERY_VALUE, values)}"
        for name, template in query_params.items()
    ]
    query = "&".join(part for part in (base_query, path_query, *pairs) if part)
    target = parse(base.rstrip("/") + rendered + (f"?{query}" if query else ""))
    _check_origin(parse(base), target)
    return target


def _check_origin(base: Url, target: Url) -> None:
    """Scheme, host and port are those of the base, and the path begins with its path."""
    path = target.path_and_query.partition("?")[0]
    below = base.path_and_query.rstrip("/") + "/"
    if (base.scheme, base.host, base.port) != (target.scheme, target.host, target.port):
        raise not_permitted()
    if not f"{path}/".startswith(below) or _climbs(path):
        raise not_permitted()


def _climbs(path: str) -> bool:
    return any(segment.lower().replace("%2e", ".") in _DOT_SEGMENTS for segment in path.split("/"))
