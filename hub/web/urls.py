"""People's door of the kernel: the first page, the organization switch, tokens; entities where they are mounted."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from hub.web.pages import organizations, tokens

app_pages: list[URLPattern | URLResolver] = [
    path("", organizations.first_page, name="first-page"),
    path("app/organization", organizations.switch, name="switch-organization"),
    path("app/tokens", tokens.token_list, name="tokens"),
    path("app/tokens/new", tokens.new_token, name="new-token"),
    path("app/tokens/<str:token_id>/revoke", tokens.revoke_token, name="revoke-token"),
]
if find_spec("hub.web.entity_urls"):
    app_pages.append(path("", include("hub.web.entity_urls")))

urlpatterns = [path("", include((app_pages, "web")))]
