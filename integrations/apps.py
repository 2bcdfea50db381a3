"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"
