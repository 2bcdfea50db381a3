"""Routes of pages: what can be asked for with GET below /app, and which of it somebody has opened."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

PAGES: Final = "app/"


def page_routes() -> set[str]:
    """Every route below /app that answers GET."""
    return {route for route, view in _routes(get_resolver()) if route.startswith(PAGES) and "GET" in _methods(view)}


def route_of(path: str) -> str:
    """The route that answers a path; "" when none does."""
    try:
        return resolve(path).route
    except Resolver404:
        return ""


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif isinstance(one, URLPattern):
            yield route, one.callback


def _methods(view: Callable[..., Any]) -> list[str]:
    """What Django's require_… let through; everything where nothing of that kind stands around the view."""
    chain: Callable[..., Any] | None = view
    while chain is not None:
        found = inspect.getclosurevars(chain).nonlocals.get("request_method_list")
        if found is not None:
            return list(found)
        chain = getattr(chain, "__wrapped__", None)
    return ["GET"]
