"""Where people find this app's pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from outbound.ui import queue, queue_acts
from outbound.ui.apps.acts import map_component, remove_app
from outbound.ui.apps.listing import app_list
from outbound.ui.apps.one import app_page
from outbound.ui.apps.registering import new_app
from outbound.ui.apps.trying import try_component
from outbound.ui.automations import acts, form, history, listing, runs
from outbound.ui.bulk_resending import bulk_resend
from outbound.ui.delivery_list import delivery_list, delivery_numbers, new_deliveries
from outbound.ui.delivery_page import delivery_page
from outbound.ui.resending import ask_resend, hurry, resend_chosen
from outbound.ui.secrets import renew_secret
from outbound.ui.uploads import uploads_page
from outbound.ui.webhook_acts import delete, pause, probe, resume, switch
from outbound.ui.webhook_editing import edit_webhook, new_webhook
from outbound.ui.webhook_list import webhook_list
from outbound.ui.webhook_page import webhook_page
from outbound.ui.webhook_trials import test_connection, test_delivery

APP = "app/apps/<uuid:app_id>"
COMPONENT = f"{APP}/components/<uuid:component_id>"
AUTOMATION = "app/automations/<uuid:automation_id>"
STREAM = "app/queue/<uuid:integration_id>"
WEBHOOK = "app/webhooks/<str:webhook_id>"

app_name = "outbound"
urlpatterns: list[URLPattern | URLResolver] = [
    path("app/deliveries", delivery_list, name="deliveries"),
    path("app/deliveries/new", new_deliveries, name="new-deliveries"),
    path("app/deliveries/numbers", delivery_numbers, name="numbers"),
    path("app/deliveries/resend/ask", ask_resend, name="ask-resend"),
    path("app/deliveries/resend", resend_chosen, name="resend"),
    path("app/deliveries/resend-matching", bulk_resend, name="resend-matching"),
    path("app/deliveries/<str:delivery_id>", delivery_page, name="delivery"),
    path("app/deliveries/<str:delivery_id>/retry", hurry, name="retry-now"),
    path("app/webhooks", webhook_list, name="webhooks"),
    path("app/webhooks/new", new_webhook, name="new-webhook"),
    path(WEBHOOK, webhook_page, name="webhook"),
    path(f"{WEBHOOK}/edit", edit_webhook, name="edit-webhook"),
    path(f"{WEBHOOK}/connection", test_connection, name="test-connection"),
    path(f"{WEBHOOK}/test", test_delivery, name="test-delivery"),
    path(f"{WEBHOOK}/secret", renew_secret, name="rotate-secret"),
    path(f"{WEBHOOK}/pause", pause, name="pause"),
    path(f"{WEBHOOK}/resume", resume, name="resume"),
    path(f"{WEBHOOK}/probe", probe, name="probe"),
    path(f"{WEBHOOK}/switch", switch, name="switch-webhook"),
    path(f"{WEBHOOK}/delete", delete, name="delete-webhook"),
]
urlpatterns += [
    path("app/queue", queue.queue, name="queue"),
    path(STREAM, queue.stream, name="stream"),
    path(f"{STREAM}/unblock", queue_acts.unblock, name="unblock-stream"),
    path(f"{STREAM}/redrive", queue_acts.redrive, name="redrive-messages"),
    path(f"{STREAM}/<str:message_id>", queue.message, name="queued-message"),
]
urlpatterns += [
    path("app/automations", listing.automation_list, name="automations"),
    path("app/automations/new", form.new_automation, name="new-automation"),
    path(AUTOMATION, form.edit_automation, name="automation"),
    path(f"{AUTOMATION}/switch", acts.switch_automation, name="switch-automation"),
    path(f"{AUTOMATION}/delete", acts.remove_automation, name="delete-automation"),
    path(f"{AUTOMATION}/history", history.automation_history, name="automation-history"),
    path(f"{AUTOMATION}/history/<int:version>/restore", history.restore, name="restore-automation"),
    path(f"{AUTOMATION}/runs", runs.run_list, name="automation-runs"),
    path(f"{AUTOMATION}/runs/<str:run_id>", runs.run_page, name="automation-run"),
    path(f"{AUTOMATION}/runs/<str:run_id>/retry", runs.retry, name="retry-automation-run"),
]
urlpatterns += [
    path("app/apps", app_list, name="apps"),
    path("app/apps/new", new_app, name="new-app"),
    path(APP, app_page, name="app"),
    path(f"{APP}/delete", remove_app, name="delete-app"),
    path(f"{COMPONENT}/mapping", map_component, name="map-component"),
    path(f"{COMPONENT}/call", try_component, name="try-component"),
]
urlpatterns.append(
    path("app/integrations/<uuid:integration_id>/use-cases/<uuid:use_case_id>/uploads", uploads_page, name="uploads")
)
if settings.HUB_DEVELOPMENT:
    urlpatterns.append(path("", include("outbound.echo_urls")))
