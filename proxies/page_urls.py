"""People's door: trying managed calls out, and what secure proxies may reach."""

from __future__ import annotations

from django.urls import path

from proxies.ui import trying
from proxies.ui.allow_lists import allow_lists

USE_CASE = "app/integrations/<uuid:integration_id>/use-cases/<uuid:use_case_id>"

app_name = "proxies"
urlpatterns = [
    path(f"{USE_CASE}/try", trying.try_call, name="try-call"),
    path(f"{USE_CASE}/allow-lists", allow_lists, name="allow-lists"),
]
