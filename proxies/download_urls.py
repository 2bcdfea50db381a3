"""Where signed links to files lead, and where they come from."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hub.api import converters
from proxies.api.file_downloads import FileDownload
from proxies.file_proxy.minting import FILE, PATHS
from proxies.ui.downloads import download
from proxies.ui.opening import open_file

converters.register()

pages = ([path("app/files/<uuid:entity_id>/open", open_file, {"schema": FILE}, name="open")], "files")
urlpatterns: list[URLPattern | URLResolver] = [
    *(path(each.removeprefix("/"), download) for each in PATHS),
    path(f"v1/entity/{FILE}/<id:entity_id>:download", FileDownload.as_view(), {"schema": FILE}, name="download_file"),
    path("", include(pages)),
]
