"""What is logged how: one line per record on standard error, JSON or text."""

from __future__ import annotations

from typing import Any

from hub.settings.env import Environment

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


FORMATS = {"json": "hub.logs.JSONLines", "text": "hub.logs.TextLines"}


def logging_settings(env: Environment, *, is_development: bool = True) -> dict[str, Any]:
    """The form that Python's logging takes. Any: its own. Ids come before secrets, so that these are masked too."""
    tells_requests = env.boolean("HUB_ACCESS_LOG", not is_development)
    line = FORMATS[env.choice("HUB_LOG_FORMAT", "json", tuple(FORMATS))]
    out = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["ids", "secrets"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line}},
        "filters": {
            "ids": {"()": "hub.observing.context.AddIds"},
            "secrets": {"()": "hub.environments.log_masking.MaskSecrets"},
        },
        "handlers": {"out": out},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "hub.access": {"level": "INFO" if tells_requests else "CRITICAL"},
        },
        "root": {"handlers": ["out"], "level": env.choice("HUB_LOG_LEVEL", "WARNING", LEVELS)},
    }
