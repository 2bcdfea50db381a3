"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ProxiesConfig(AppConfig):
    """Named by INSTALLED_APPS."""

    name = "proxies"
    label = "proxies"
    default_auto_field = "django.db.models.BigAutoField"
