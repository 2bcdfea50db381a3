"""Every API route of the site, found by walking the URL patterns; apps join by having routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from hub.api.views import HubAPIView
from hub.problems import is_api_path

METHODS = ("get", "post", "put", "patch", "delete")
PARAMETER = re.compile(r"<(?:(?P<converter>[^:>]+):)?(?P<name>[^>]+)>")
UNKNOWN_ID = UUID(int=0xDEAD)


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    pattern: str
    view: type | None

    def __str__(self) -> str:
        return f"{self.method.upper()} /{self.pattern}"

    @property
    def parameters(self) -> dict[str, str]:
        """Name → converter of what the path carries."""
        return {found["name"]: found["converter"] or "str" for found in PARAMETER.finditer(self.pattern)}

    def path(self, **values: object) -> str:
        """The path with these values; ids nobody has and plausible words for the rest."""
        return "/" + PARAMETER.sub(lambda found: str(values.get(found["name"]) or _filler(found)), self.pattern)


def _filler(found: re.Match[str]) -> str:
    return str(UNKNOWN_ID) if found["converter"] in {"id", "uuid"} else "unknown"


def api_routes() -> list[Route]:
    """All of them, in the order of the URL patterns."""
    return [
        route for prefix, pattern in _patterns("", get_resolver().url_patterns) for route in _routes(prefix, pattern)
    ]


def _patterns(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(here, pattern.url_patterns)
        elif is_api_path(f"/{here}"):
            yield here, pattern


def _routes(path: str, pattern: URLPattern) -> list[Route]:
    view = getattr(pattern.callback, "cls", None)
    if view is None:
        return [Route("get", path, None)]
    return [Route(method, path, view) for method in METHODS if hasattr(view, method)]


def is_declared(route: Route) -> bool:
    """The view tells which capability the method needs, or that everybody is served."""
    if route.view is None or not issubclass(route.view, HubAPIView):
        return False
    return route.view.is_public or route.method.upper() in route.view.requires
