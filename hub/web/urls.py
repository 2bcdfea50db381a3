"""People's door of the kernel: the first page, the organization switch, tokens, settings, entities, the gallery."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from hub.entities.files.linking import PATH as LINKED
from hub.web.gallery import gallery
from hub.web.pages import certificates, organizations, tokens
from hub.web.pages import settings as settings_pages
from hub.web.palette import page as palette
from hub.web.saved_views import page as saved_views
from hub.web.stored_files import stored_file

app_pages: list[URLPattern | URLResolver] = [
    path("", organizations.first_page, name="first-page"),
    path("app", organizations.first_page),
    path("app/", organizations.first_page),
    path("app/palette", palette.palette, name="palette"),
    path("app/organization", organizations.switch, name="switch-organization"),
    path("app/tokens", tokens.token_list, name="tokens"),
    path("app/tokens/new", tokens.new_token, name="new-token"),
    path("app/tokens/<str:token_id>/revoke", tokens.revoke_token, name="revoke-token"),
    path("app/settings", settings_pages.settings_page, name="settings"),
    path("app/settings/acknowledgement/<str:act>", settings_pages.acknowledgement, name="acknowledgement-setting"),
    path("app/settings/certificates/new", certificates.new_certificates, name="new-certificates"),
    path(
        "app/settings/certificates/<str:fingerprint>/remove",
        certificates.remove_certificate,
        name="remove-certificate",
    ),
    path("app/saved-views", saved_views.keep_view, name="keep-view"),
    path("app/saved-views/<uuid:view_id>/rename", saved_views.rename_view, name="rename-view"),
    path("app/saved-views/<uuid:view_id>/delete", saved_views.delete_view, name="delete-view"),
    path("", include("hub.web.entity_urls")),
    path("", include("hub.web.core_event_urls")),
    path("", include("hub.web.job_urls")),
]


def development_pages(*, is_development: bool) -> list[URLPattern]:
    """What only those who work on the hub need to see."""
    return [path("app/gallery", gallery, name="gallery")] if is_development else []


app_pages += development_pages(is_development=settings.HUB_DEVELOPMENT)

urlpatterns = [
    path(LINKED.removeprefix("/"), stored_file, name="stored_file"),
    path("", include((app_pages, "web"))),
]
