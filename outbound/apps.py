"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class OutboundConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "outbound"
    label = "outbound"
    default_auto_field = "django.db.models.BigAutoField"
