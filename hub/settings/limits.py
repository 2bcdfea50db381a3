"""How much may come in: requests a minute, bytes and parts of one request."""

from __future__ import annotations

from hub.settings.env import Environment

_env = Environment()

HUB_RATE_LIMIT_PER_MINUTE = _env.whole("HUB_RATE_LIMIT_PER_MINUTE", 1000)
"""API requests per minute and organization; 0 switches the limit off (api.md section 5)."""
HUB_RATE_LIMIT_COUNTS_GET = _env.boolean("HUB_RATE_LIMIT_COUNTS_GET", True)
"""False lets GET and HEAD pass uncounted."""
HUB_SIMULATION_LIMIT_PER_MINUTE = _env.whole("HUB_SIMULATION_LIMIT_PER_MINUTE", 60)
HUB_SECURE_PROXY_CALLS_PER_MINUTE = _env.whole("HUB_SECURE_PROXY_CALLS_PER_MINUTE", 300)
"""Requests through secure proxies per minute and organization; 0 switches the limit off."""
HUB_ENVIRONMENT_WRITES_PER_MINUTE = _env.whole("HUB_ENVIRONMENT_WRITES_PER_MINUTE", 60)
HUB_EVENTS_PER_REQUEST = _env.whole("HUB_EVENTS_PER_REQUEST", 100, least=1)
HUB_INTAKE_MAX_BYTES = _env.whole("HUB_INTAKE_MAX_BYTES", 6 * 1024 * 1024, least=1024)
HUB_REQUEST_MAX_BYTES = _env.whole("HUB_REQUEST_MAX_BYTES", 2 * 1024 * 1024, least=1024)
HUB_EVENT_MAX_BYTES = _env.whole("HUB_EVENT_MAX_BYTES", 1024 * 1024, least=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = HUB_INTAKE_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100
"""A thousand chosen rows, and what else their form holds."""
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["hub.web.uploads.BoundedUpload"]
