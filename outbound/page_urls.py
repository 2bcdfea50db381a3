"""Where people find this app's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "outbound"
urlpatterns: list[URLPattern | URLResolver] = []
