"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
