"""The doors of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from proxies.api.managed_calls import ExecuteManagedCall

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("proxies.page_urls")),
    path("v1/managed-call/<use_case_slug:slug>/execute", ExecuteManagedCall.as_view()),
]
