"""Capability: what a route or a page asks for."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """What a route asks for (api.md section 3.2)."""

    READ = "READ"
    WRITE = "WRITE"
    SEND = "SEND"
    DECIDE = "DECIDE"
    """About what was held: never by whoever may only send, since it is held because of what was sent."""
    MONITOR = "MONITOR"
    CONSUME = "CONSUME"
    ENTITY_VIEW = "ENTITY_VIEW"
    ENTITY_EDIT = "ENTITY_EDIT"
    ENTITY_DELETE = "ENTITY_DELETE"
    PRODUCE = "PRODUCE"
    """Moves product orders on: release, start, complete. Whoever may change them as they like may do that, too."""
    ENVIRONMENTS_EDIT = "ENVIRONMENTS_EDIT"
    """Also asked for by whoever only looks: there is no grant for that alone (proxies-and-security.md 1.1)."""
    ENVIRONMENTS_DELETE = "ENVIRONMENTS_DELETE"
    WEBHOOK_VIEW = "WEBHOOK_VIEW"
    WEBHOOK_CREATE = "WEBHOOK_CREATE"
    WEBHOOK_EDIT = "WEBHOOK_EDIT"
    WEBHOOK_DELETE = "WEBHOOK_DELETE"
    AUTOMATION_VIEW = "AUTOMATION_VIEW"
    """Also what runs have worked on: entities and events, as far as they went through an automation."""
    AUTOMATION_MANAGE = "AUTOMATION_MANAGE"
    EVENTS_VIEW = "EVENTS_VIEW"
    EVENTS_MANAGE = "EVENTS_MANAGE"
    TOKEN_CREATE = "TOKEN_CREATE"
    ADMIN = "ADMIN"
    OWNER = "OWNER"
    """Members, network rules, allow-lists: people only, no token ever holds it."""
