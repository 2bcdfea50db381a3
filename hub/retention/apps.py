"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"
