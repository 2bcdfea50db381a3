"""What differs under test: development keys, fast hashing, a database of its own."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("HUB_DEVELOPMENT", "true")
os.environ.setdefault("HUB_VAR_DIR", tempfile.mkdtemp(prefix="hub-test-"))

from hub.settings.base import *  # noqa: F403
from hub.settings.base import DATABASES, STORAGES, env

HUB_WORK_AHEAD = HUB_DELIVERY_THREAD = False
"""Another thread's connection sees nothing of a test's transaction."""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HUB_RATE_LIMIT_PER_MINUTE = 0
CELERY_BROKER_URL = HUB_REDIS_URL = ""
"""Counts and rings that tests would share with each other; a test that is about them names the store itself."""
SECURE_SSL_REDIRECT = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

_suffix = env.text("HUB_TEST_DATABASE", "hub")
if str(DATABASES["default"]["ENGINE"]).endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_{_suffix}"}
WHITENOISE_AUTOREFRESH = True
"""Every client of a test builds the middleware anew, which otherwise looks at each static file there is."""
