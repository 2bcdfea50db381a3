"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "monitoring"
    label = "monitoring"
    default_auto_field = "django.db.models.BigAutoField"
