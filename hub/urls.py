"""One line per app, by name; the table of contents of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hub import health
from hub.api import converters, documentation
from hub.api.access_tokens import AccessToken, AccessTokens
from hub.api.entity_history import EntityActivity, RevertChange
from hub.api.environments.groups import Group, Groups
from hub.api.environments.portals import OnePortal, Portals
from hub.api.environments.variables import OneVariable, Uses, Variables
from hub.api.meter_readings import MeterReadings, PostMeterReadings
from hub.observing.metrics_page import metrics
from hub.support.site import site
from hub.web.pages.password_reset import password_reset

converters.register()
site.register_pages()

APPS = (
    "integrations.urls",
    "inbound.urls",
    "monitoring.urls",
    "outbound.urls",
    "proxies.urls",
    "outbound.api.message_urls",
    "outbound.api.automation_urls",
    "proxies.download_urls",
    "hub.web.urls",
)
"""Each brings its own full paths; the order decides when two match."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", site.urls),
    path("openapi.json", documentation.openapi, name="openapi"),
    path("docs", documentation.swagger, name="docs"),
    path("redoc", documentation.redoc, name="redoc"),
    path("v1/access-tokens", AccessTokens.as_view(), name="access_tokens"),
    path("v1/access-tokens/<opaque:token_id>", AccessToken.as_view(), name="access_token"),
    path("v1/environments", Variables.as_view(), name="environments"),
    path("v1/environments/groups", Groups.as_view(), name="environment_groups"),
    path("v1/environments/groups/<opaque:name>", Group.as_view(), name="environment_group"),
    path("v1/environments/<opaque:key>/uses", Uses.as_view(), name="environment_uses"),
    path("v1/environments/<opaque:key>", OneVariable.as_view(), name="environment"),
    path("v1/portals", Portals.as_view(), name="portals"),
    path("v1/portals/<opaque:portal_id>", OnePortal.as_view(), name="portal"),
    path("", include("hub.api.entities.urls")),
    path("", include("hub.api.events.urls")),
    path("v1/entity/<use_case_slug:schema>/<id:entity_id>/activity", EntityActivity.as_view(), name="entity_activity"),
    path("v1/entity/<use_case_slug:schema>/<id:entity_id>/revert", RevertChange.as_view(), name="entity_revert"),
    path("v1/metering/reading/<id:meter_id>/<id:counter_id>", MeterReadings.as_view(), name="meter_readings"),
    path("v2/metering/readings", PostMeterReadings.as_view(), name="post_meter_readings"),
    *(path("", include(module)) for module in APPS),
    path("accounts/password/reset/", password_reset),
    path("accounts/", include("hub.accounts.urls")),
]

handler400 = "hub.web.errors.bad_request"
handler403 = "hub.web.errors.forbidden"
handler404 = "hub.web.errors.not_found"
handler500 = "hub.web.errors.server_error"
