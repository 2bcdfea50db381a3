"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from hub import garbage
from hub.checks import refuse_broken_wiring, refuse_unsafe_settings
from hub.patience import limit_statements
from hub.plugins import load

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

limit_statements(settings.DATABASES["default"])
application = get_wsgi_application()
refuse_unsafe_settings()
refuse_broken_wiring()
for _path in settings.WSGI_WRAPPERS:
    application = load(_path)(application)
garbage.collect_rarely(garbage.OF_A_SERVER)
