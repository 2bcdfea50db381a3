"""People's door: integrations and use cases."""

from __future__ import annotations

from django.urls import path

from integrations.ui import history, integrations, use_cases

ONE = "app/integrations/<uuid:integration_id>"
USE_CASE = f"{ONE}/use-cases/<uuid:use_case_id>"

app_name = "integrations"
urlpatterns = [
    path("app/integrations", integrations.integration_list, name="list"),
    path("app/integrations/new", integrations.new_integration, name="new"),
    path(ONE, integrations.detail, name="detail"),
    path(f"{ONE}/connection", integrations.connection, name="connection"),
    path(f"{ONE}/settings", integrations.settings, name="settings"),
    path(f"{ONE}/delete", integrations.delete, name="delete"),
    path(f"{ONE}/use-cases/new", use_cases.new_use_case, name="new-use-case"),
    path(USE_CASE, use_cases.edit_use_case, name="use-case"),
    path(f"{USE_CASE}/switch", use_cases.switch_use_case, name="switch-use-case"),
    path(f"{USE_CASE}/delete", use_cases.remove_use_case, name="delete-use-case"),
    path(f"{USE_CASE}/history", history.use_case_history, name="use-case-history"),
]
