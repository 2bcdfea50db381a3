"""Where people find this app's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from outbound.ui.automations import acts, form, listing, runs

AUTOMATION = "app/automations/<uuid:automation_id>"

app_name = "outbound"
urlpatterns: list[URLPattern | URLResolver] = [
    path("app/automations", listing.automation_list, name="automations"),
    path("app/automations/new", form.new_automation, name="new-automation"),
    path(AUTOMATION, form.edit_automation, name="automation"),
    path(f"{AUTOMATION}/switch", acts.switch_automation, name="switch-automation"),
    path(f"{AUTOMATION}/delete", acts.remove_automation, name="delete-automation"),
    path(f"{AUTOMATION}/runs", runs.run_list, name="automation-runs"),
    path(f"{AUTOMATION}/runs/<str:run_id>", runs.run_page, name="automation-run"),
    path(f"{AUTOMATION}/runs/<str:run_id>/retry", runs.retry, name="retry-automation-run"),
]
