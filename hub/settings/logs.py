"""What is logged how: one JSON object per line on standard output."""

from __future__ import annotations

from typing import Any

from hub.settings.env import Environment

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def logging_settings(env: Environment) -> dict[str, Any]:
    """The form that Python's logging takes. Any: its own."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "hub.logs.JSONLines"}},
        "filters": {"secrets": {"()": "hub.environments.log_masking.MaskSecrets"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
        "loggers": {"django.request": {"level": "ERROR"}},
        "root": {"handlers": ["out"], "level": env.choice("HUB_LOG_LEVEL", "WARNING", LEVELS)},
    }
