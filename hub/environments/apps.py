"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class EnvironmentsConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.environments"
    label = "environments"
    default_auto_field = "django.db.models.BigAutoField"
