"""People's door: integrations and use cases."""

from __future__ import annotations

from django.urls import path

from hub.api import converters
from integrations.ui import history, integrations, use_cases
from integrations.ui.connection.editing import edit_connection
from integrations.ui.connection.page import connection
from integrations.ui.environments.editing import edit_variable, new_variable, remove_variable
from integrations.ui.environments.groups import edit_group, group_list, remove_group
from integrations.ui.environments.listing import variable_list
from integrations.ui.environments.of_integration import integration_environment
from integrations.ui.settings import settings

ONE = "app/integrations/<uuid:integration_id>"
VARIABLE = "app/environments/keys/<opaque:key>"
USE_CASE = f"{ONE}/use-cases/<uuid:use_case_id>"

converters.register()
app_name = "integrations"
urlpatterns = [
    path("app/integrations", integrations.integration_list, name="list"),
    path("app/integrations/new", integrations.new_integration, name="new"),
    path(ONE, integrations.detail, name="detail"),
    path(f"{ONE}/connection", connection, name="connection"),
    path(f"{ONE}/connection/edit", edit_connection, name="edit-connection"),
    path(f"{ONE}/environment", integration_environment, name="environment"),
    path(f"{ONE}/settings", settings, name="settings"),
    path(f"{ONE}/delete", integrations.delete, name="delete"),
    path(f"{ONE}/use-cases/new", use_cases.new_use_case, name="new-use-case"),
    path(USE_CASE, use_cases.edit_use_case, name="use-case"),
    path(f"{USE_CASE}/switch", use_cases.switch_use_case, name="switch-use-case"),
    path(f"{USE_CASE}/delete", use_cases.remove_use_case, name="delete-use-case"),
    path(f"{USE_CASE}/history", history.use_case_history, name="use-case-history"),
]
urlpatterns += [
    path("app/environments", variable_list, name="environments"),
    path("app/environments/new", new_variable, name="new-variable"),
    path("app/environments/groups", group_list, name="environment-groups"),
    path("app/environments/groups/edit", edit_group, name="edit-environment-group"),
    path("app/environments/groups/delete", remove_group, name="delete-environment-group"),
    path(VARIABLE, edit_variable, name="variable"),
    path(f"{VARIABLE}/delete", remove_variable, name="delete-variable"),
]
