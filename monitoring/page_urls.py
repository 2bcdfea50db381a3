"""People's door: the overview."""

from __future__ import annotations

from django.urls import path

from monitoring import ui

app_name = "monitoring"
urlpatterns = [path("app/overview", ui.overview, name="overview")]
