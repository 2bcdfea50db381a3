"""Where the echo receiver listens, and where people look at it; mounted only while developing."""

from __future__ import annotations

from django.urls import path

from outbound.api.echo import echo
from outbound.ui.echo import acknowledge_echo, clear_echo, echo_page, make_echo, new_at_echo, plan_echo

urlpatterns = [
    path("echo/<str:name>", echo, name="echo-receiver"),
    path("app/echo", echo_page, name="echo"),
    path("app/echo/make", make_echo, name="make-echo"),
    path("app/echo/new", new_at_echo, name="echo-new"),
    path("app/echo/<str:name>/plan", plan_echo, name="plan-echo"),
    path("app/echo/<str:name>/clear", clear_echo, name="clear-echo"),
    path("app/echo/<str:name>/acknowledge", acknowledge_echo, name="acknowledge-echo"),
]
