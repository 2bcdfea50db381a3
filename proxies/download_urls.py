"""Where signed links to files lead; one view behind both paths, of which each link is signed for one."""

from __future__ import annotations

from django.urls import URLPattern, path

from proxies.file_proxy.links import PATHS
from proxies.ui.downloads import download

urlpatterns: list[URLPattern] = [path(each.removeprefix("/"), download) for each in PATHS]
