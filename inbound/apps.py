"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class InboundConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "inbound"
    label = "inbound"
    default_auto_field = "django.db.models.BigAutoField"
