"""People's door: trying managed calls out."""

from __future__ import annotations

from django.urls import path

from proxies.ui import trying

USE_CASE = "app/integrations/<uuid:integration_id>/use-cases/<uuid:use_case_id>"

app_name = "proxies"
urlpatterns = [
    path(f"{USE_CASE}/try", trying.try_call, name="try-call"),
]
