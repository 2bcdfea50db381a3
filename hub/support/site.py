"""site: /admin/, for staff who signed in like everybody else; its pages come from the settings' list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from allauth.account import views
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.display_zone import display_zone
from hub.plugins import load
from hub.support.pages import SupportPage

View = Callable[..., HttpResponseBase]


class SupportSite(AdminSite):
    """Read-only. Whoever is no member of the staff sees that there is nothing."""

    site_header = site_title = _("Support")
    index_title = _("All organizations")
    enable_nav_sidebar = False

    index_template = "support/index.html"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:  # Any: the library's
        """Under the headings of the pages."""
        apps = super().get_app_list(request, app_label)
        for entry in (entry for app in apps for entry in app["models"]):
            page = self.get_model_admin(entry["model"])
            entry["name"] = page.heading if isinstance(page, SupportPage) else entry["name"]
        return apps

    def admin_view(self, view: View, cacheable: bool = False) -> Any:  # Any: a view like the one that came
        """Its pages tell times in the zone in which people read them."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def in_zone(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:  # Any: parts of the address
            with timezone.override(display_zone()):
                answer = guarded(request, *args, **named)
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

        return in_zone

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """To the one page where people sign in; 404 for those who are and may not be here."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(reverse("admin:index"))

    def logout(  # type: ignore[override]  # the stubs know of no other answer than the library's own
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """As on every page of the hub, with an entry in the audit trail, which Django's own leaves none in."""
        answer: HttpResponse = views.logout(request)
        return answer

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """On the page where everybody does it, which is audited, too."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Of a page that nobody gets to see."""
        raise Http404

    def register_pages(self) -> None:
        """Once, when the site gets its URLs."""
        for path in settings.SUPPORT_PAGES:
            pages: Iterable[tuple[type[Model], type[SupportPage]]] = load(path)
            for model, page in pages:
                if not self.is_registered(model):
                    self.register(model, page)


site = SupportSite(name="admin")
