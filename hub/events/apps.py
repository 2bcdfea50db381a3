"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
