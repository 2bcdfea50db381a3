"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
