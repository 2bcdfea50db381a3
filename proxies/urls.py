"""The doors of this app."""

from __future__ import annotations

from django.urls import path

from proxies.api.managed_calls import ExecuteManagedCall

urlpatterns = [
    path("v1/managed-call/<use_case_slug:slug>/execute", ExecuteManagedCall.as_view()),
]
