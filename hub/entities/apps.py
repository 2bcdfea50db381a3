"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "hub.entities"
    label = "entities"
    default_auto_field = "django.db.models.BigAutoField"
