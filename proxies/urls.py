"""Both doors of this app; its literals below /v1/integrations/ are no ids, so the order does not matter."""

from __future__ import annotations

from django.urls import path

from proxies.api.secure_proxy import SecureProxies, SecureProxy

urlpatterns = [
    path("v1/integrations/secure-proxies", SecureProxies.as_view()),
    path("v1/secure-proxy", SecureProxy.as_view()),
]
