"""What is said about files: how large, how many, and where the bytes of file entities lie."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from hub.settings.env import Environment

_env = Environment()
MIB = 1024**2

HUB_FILE_MAX_BYTES = _env.whole("HUB_FILE_MAX_BYTES", 2 * 1024**3, least=1)
"""Largest file that a file proxy passes on as it comes from the other system."""
HUB_FILE_IN_JSON_MAX_BYTES = _env.whole("HUB_FILE_IN_JSON_MAX_BYTES", 100 * MIB, least=1)
"""Largest file that a file proxy decodes out of another system's answer; it lies on disk meanwhile."""
HUB_FILE_MAX_SECONDS = _env.whole("HUB_FILE_MAX_SECONDS", 3600, least=1)
"""How long a file may take on its way, once its first bytes are there."""
HUB_FILE_DOWNLOADS = _env.whole("HUB_FILE_DOWNLOADS", 10, least=1)
"""Files on their way at once for an organization in all processes: so many fetched ones, and so many stored ones."""
HUB_STORED_FILE_MAX_BYTES = _env.whole("HUB_STORED_FILE_MAX_BYTES", 100 * MIB, least=1)
"""Largest file that the hub itself keeps; no event can carry a larger one (outbound.md)."""
HUB_STORED_FILES_BYTES = _env.whole("HUB_STORED_FILES_BYTES", 10 * 1024**3)
"""What the stored files of an organization come to at most; 0 is no bound."""
HUB_FILE_UPLOADS = _env.whole("HUB_FILE_UPLOADS", 4, least=1)
"""Files on their way into the hub at once for an organization, in all processes."""

DISK = "hub.entities.files.disk.DurableDisk"
S3 = "storages.backends.s3.S3Storage"
SPOOLED_BYTES = MIB
"""What of an object read from S3 lies in memory; the rest lies on disk while it is read."""


def storages(env: Environment, folder: Path) -> dict[str, dict[str, Any]]:
    """Django's storages: files is where the bytes of file entities lie; Any: what each storage understands.

    On disk in folder, or with HUB_FILE_STORAGE=s3 in a bucket. Raises ImproperlyConfigured for a bucket without name.
    """
    where = env.choice("HUB_FILE_STORAGE", "disk", ("disk", "s3"))
    files = _bucket(env) if where == "s3" else _disk(folder)
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "files": files,
    }


def _disk(folder: Path) -> dict[str, Any]:
    """Readable for the hub's own user alone."""
    modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": DISK, "OPTIONS": {"location": str(folder), **modes}}


def _bucket(env: Environment) -> dict[str, Any]:
    """Credentials that are not set come from where the S3 client looks for them: its own variables, the machine."""
    bucket = env.text("HUB_S3_BUCKET", "").strip()
    if not bucket:
        raise ImproperlyConfigured("HUB_FILE_STORAGE is s3, and HUB_S3_BUCKET names no bucket. Set both.")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "endpoint_url": env.address("HUB_S3_URL", ("http", "https"), "https://s3.example.org") or None,
        "region_name": env.text("HUB_S3_REGION", "") or None,
        "access_key": env.text("HUB_S3_ACCESS_KEY", "") or None,
        "secret_key": env.text("HUB_S3_SECRET_KEY", "") or None,
        "location": env.text("HUB_S3_FOLDER", ""),
        "default_acl": None,
        "file_overwrite": False,
        "max_memory_size": SPOOLED_BYTES,
        "client_config": _patience(),
    }
    return {"BACKEND": S3, "OPTIONS": options}


def _patience() -> Any:  # Any: the client's own
    """Somebody waits for what a bucket answers: 5 s to be reached, 20 s between two pieces, each request sent twice."""
    try:
        kind = import_module("botocore.config").Config
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured("HUB_FILE_STORAGE is s3: install integration-hub[s3].") from error
    return kind(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
