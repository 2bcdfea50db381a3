"""Where people find this app's pages."""

from __future__ import annotations

from django.urls import path

from proxies.ui.allow_lists import allow_lists

app_name = "proxies"
urlpatterns = [
    path(
        "app/integrations/<uuid:integration_id>/use-cases/<uuid:use_case_id>/allow-lists",
        allow_lists,
        name="allow-lists",
    ),
]
