"""Routes whose views fail in a way nobody anticipated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from hub.accounts.grants import Capability
from hub.api.views import HubAPIView
from hub.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def boom(request: HttpRequest) -> HttpResponse:
    """Fails."""
    raise RuntimeError("secret")


class Boom(HubAPIView):
    """Fails before it knows who calls."""

    requires = {"GET": Capability.READ}

    def perform_authentication(self, request):
        """Fails."""
        raise RuntimeError("secret")

    def get(self, request):
        """Never reached."""


urlpatterns = [path("boom", boom), path("v1/boom", Boom.as_view())]
