"""The Django app of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub"
    label = "hub"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the boot checks."""
        import_module("hub.checks")
