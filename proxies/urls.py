"""The doors of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from proxies.api.managed_calls import ExecuteManagedCall
from proxies.api.secure_proxy import SecureProxies, SecureProxy
from proxies.api.whitelist import Whitelist, WhitelistHistory

WHITELIST = "v2/integrations/<id:integration_id>/use-cases/<id:use_case_id>/secure-proxy-whitelist"

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/managed-call/<use_case_slug:slug>/execute", ExecuteManagedCall.as_view()),
    path("v1/integrations/secure-proxies", SecureProxies.as_view()),
    path("v1/secure-proxy", SecureProxy.as_view()),
    path(WHITELIST, Whitelist.as_view()),
    path(f"{WHITELIST}/history", WhitelistHistory.as_view()),
    path("", include("proxies.api.schedule_urls")),
    path("", include("proxies.page_urls")),
]
