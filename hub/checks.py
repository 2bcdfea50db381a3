"""Boot checks: every listed dotted path imports, the time is UTC, and production has keys of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host

from hub.errors import Invalid
from hub.http import tls
from hub.http.addresses import EgressPolicy
from hub.http.egress import parse_egress
from hub.plugins import load
from hub.tracing.spans import RECORDER

SECRET_KEY_CHARACTERS = 50
SAMPLE_WORDS = ("development", "example", "sample", "changeme", "change-me", "insecure", "secret-key")
"""What a key that was copied from somewhere contains; a made one practically never does."""
WIRING_LISTS = (
    "USE_CASE_KINDS",
    "USE_CASE_LISTENERS",
    "USE_CASE_DELETION_LISTENERS",
    "ENVIRONMENT_USES",
    "SEALED_SOURCES",
    "USE_CASE_FIGURES",
    "BACKLOG_SOURCE",
    "DEPARTURE_SOURCE",
    "ISSUE_TARGET_SOURCE",
    "ORIGINAL_EVENT_SOURCE",
    "METRIC_SOURCES",
    "SUPPORT_PAGES",
    "TRACE_PARTS",
    "SEARCH_SOURCES",
    "CONCERN_SOURCES",
    "GAUGES",
    "NAVIGATION_COUNTS",
    "WSGI_WRAPPERS",
    "SHORT_PATH_MIDDLEWARE",
    "WORKER_STAGES",
    "WORKER_ENDINGS",
    "RETENTION_ROOMS",
    "SCHEDULES",
    "ENTITY_CHANGE_LISTENERS",
    "ENTITY_OPENED_LISTENERS",
    "METER_READING_LISTENERS",
    "CORE_EVENT_SUBSCRIBERS",
    "CORE_EVENT_AUDIENCES",
    "CORE_EVENT_READY_STAGES",
    "CORE_EVENT_LISTENERS",
    "CORE_EVENT_REACH",
    "CORE_EVENT_SAMPLE_SENDER",
    "JOB_KINDS",
    "JOB_WORDS",
    "BLUEPRINT_PARTS",
    "DEMO_PARTS",
)
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""An address with one of these was not set: nobody is led to it from elsewhere."""
WAYS_OUT = ("HUB_STATIC_IP_EGRESS", "HUB_SECURE_LINK_EGRESS")
KEYED_BY_PATH = {"SCHEDULES", "SEARCH_SOURCES"}
"""Lists whose paths are the keys; other mappings have them as values."""


@register
def check_wiring(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E001: a wiring list names something that is not there. Any: the framework's own signature."""
    return [message for name in WIRING_LISTS for path in _paths(name) for message in _missing(name, path)]


def refuse_broken_wiring() -> None:
    """Raise ImproperlyConfigured with what is not there to be loaded: a web server runs no checks itself."""
    problems = [*check_wiring(None), *check_storage(None), *check_tracing(None)]
    if problems:
        raise ImproperlyConfigured(" ".join(f"{problem.msg} {problem.hint}" for problem in problems))


def refuse_unsafe_settings() -> None:
    """Raise ImproperlyConfigured with what a production server must not be started with, and what to set instead."""
    checks = (check_time_zone, check_secret_key, check_token_pepper, check_debug, check_hosts)
    problems = [problem for check in checks for problem in check(None)]
    if problems:
        raise ImproperlyConfigured(" ".join(f"{problem.msg} {problem.hint}" for problem in problems))


@register
def check_time_zone(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E002: moments are kept and shown in UTC."""
    if settings.USE_TZ and settings.TIME_ZONE == "UTC":
        return []
    return [Error("The hub runs in UTC.", hint="Set USE_TZ = True and TIME_ZONE = 'UTC'.", id="hub.E002")]


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E003: a short or copied SECRET_KEY outside development."""
    if settings.HUB_DEVELOPMENT or _is_good_key(settings.SECRET_KEY):
        return []
    hint = f"Set HUB_SECRET_KEY to {SECRET_KEY_CHARACTERS} or more random characters."
    return [Error("HUB_SECRET_KEY is too short or a sample value.", hint=hint, id="hub.E003")]


@register(Tags.security)
def check_token_pepper(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E004: a pepper that is set, but short or copied."""
    pepper = getattr(settings, "HUB_TOKEN_PEPPER", "")
    if not pepper or settings.HUB_DEVELOPMENT or _is_good_key(pepper):
        return []
    hint = f"Set HUB_TOKEN_PEPPER to {SECRET_KEY_CHARACTERS} or more random characters, or leave it empty."
    return [Error("HUB_TOKEN_PEPPER is too short or a sample value.", hint=hint, id="hub.E004")]


@register(Tags.security)
def check_debug(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E005: debug pages outside development show settings and data to everybody."""
    if settings.HUB_DEVELOPMENT or not settings.DEBUG:
        return []
    return [Error("Debug mode is on.", hint="Unset HUB_DEBUG.", id="hub.E005")]


@register(Tags.security)
def check_hosts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E006: outside development the hub answers only to names it is told, and to that of its own address."""
    if settings.HUB_DEVELOPMENT:
        return []
    hint = "Name the hosts in HUB_ALLOWED_HOSTS."
    if "*" in settings.ALLOWED_HOSTS:
        return [Error("Every host name is allowed.", hint=hint, id="hub.E006")]
    own, _ = split_domain_port(urlsplit(settings.HUB_BASE_URL).netloc)
    if own in LOCAL_HOSTS or validate_host(own, settings.ALLOWED_HOSTS):
        return []
    told = f"HUB_ALLOWED_HOSTS does not name {own}, the host of HUB_BASE_URL."
    return [Error(told, hint=hint, id="hub.E006")]


@register(Tags.security)
def check_egress(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E007: where outgoing calls may go, or whom they trust, is misspelt."""
    try:
        policy = EgressPolicy.of_settings()
        if policy.ca_file:
            tls.context(policy.ca_file)
        for name in WAYS_OUT:
            parse_egress(name, str(getattr(settings, name, "")))
    except Invalid as error:
        return [Error(error.message, hint="Correct the setting that it names.", id="hub.E007")]
    except OSError as error:
        reason = error.strerror or "it holds no certificates"
        hint = "Name a file of PEM certificates, or leave it empty."
        return [Error(f"HUB_EGRESS_CA_FILE cannot be used: {reason}.", hint=hint, id="hub.E007")]
    return []


@register
def check_storage(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E008: files are to lie in a storage that is not installed."""
    backend = str(settings.STORAGES["files"]["BACKEND"])
    try:
        load(backend)
    except ImproperlyConfigured:
        hint = "Run pip install integration-hub[s3], or set HUB_FILE_STORAGE=disk."
        return [
            Error("HUB_FILE_STORAGE is s3, and what the hub needs for S3 is not installed.", hint=hint, id="hub.E008")
        ]
    return []


@register
def check_tracing(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hub.E009: traces are to be sent, and what sends them is not installed."""
    if not settings.HUB_OTEL_ENDPOINT:
        return []
    try:
        load(RECORDER)
    except ImproperlyConfigured:
        hint = "Run pip install integration-hub[otel], or unset HUB_OTEL_ENDPOINT."
        told = "HUB_OTEL_ENDPOINT is set, and what the hub needs for OpenTelemetry is not installed."
        return [Error(told, hint=hint, id="hub.E009")]
    return []


def _paths(name: str) -> Iterable[str]:
    listed: str | Iterable[str] | Mapping[str, str] = getattr(settings, name, ())
    if isinstance(listed, str):
        return [listed]
    return listed.values() if isinstance(listed, Mapping) and name not in KEYED_BY_PATH else listed


def _missing(name: str, path: str) -> list[CheckMessage]:
    try:
        load(path)
    except ImproperlyConfigured as error:
        return [Error(f"{name}: {error}", hint="Correct the path or install what it names.", id="hub.E001")]
    return []


def _is_good_key(key: str) -> bool:
    return len(key) >= SECRET_KEY_CHARACTERS and not any(word in key.lower() for word in SAMPLE_WORDS)
