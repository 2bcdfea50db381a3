"""People's doors: the overview, traces, issues, alerts, codes and storage."""

from __future__ import annotations

from django.urls import path

from monitoring import ui
from monitoring.alert_pages import channels, listing, rules
from monitoring.codes import page as codes
from monitoring.issues.act_pages import act_on_issue
from monitoring.issues.list_page import issue_list
from monitoring.issues.one_page import issue_page
from monitoring.storage import page as storage
from monitoring.traces import page as traces

app_name = "monitoring"
urlpatterns = [
    path("app/overview", ui.overview, name="overview"),
    path("app/traces", traces.find_trace, name="find-trace"),
    path("app/traces/<text:correlation_id>", traces.trace, name="trace"),
    path("app/issues", issue_list, name="issues"),
    path("app/issues/<uuid:issue_id>", issue_page, name="issue"),
    path("app/issues/<uuid:issue_id>/<slug:act>", act_on_issue, name="act-on-issue"),
    path("app/alerts", listing.alerts, name="alerts"),
    path("app/alerts/history", listing.history, name="alert-history"),
    path("app/alerts/channels", listing.channels, name="alert-channels"),
    path("app/alerts/channels/new/<str:kind>", channels.new_channel, name="new-alert-channel"),
    path("app/alerts/channels/<uuid:channel_id>", channels.edit_channel, name="alert-channel"),
    path("app/alerts/channels/<uuid:channel_id>/test", channels.test_channel, name="test-alert-channel"),
    path("app/alerts/channels/<uuid:channel_id>/delete", channels.remove_channel, name="delete-alert-channel"),
    path("app/alerts/rules/new/<str:kind>", rules.new_rule, name="new-alert-rule"),
    path("app/alerts/rules/<uuid:rule_id>", rules.edit_rule, name="alert-rule"),
    path("app/alerts/rules/<uuid:rule_id>/mute", rules.mute, name="mute-alert-rule"),
    path("app/alerts/rules/<uuid:rule_id>/delete", rules.remove_rule, name="delete-alert-rule"),
    path("app/codes", codes.codes, name="codes"),
    path("app/storage", storage.storage, name="storage"),
]
