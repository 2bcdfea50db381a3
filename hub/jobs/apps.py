"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
