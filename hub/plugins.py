"""load: what a wiring list of the settings names by dotted path, imported once."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=1024)
def load(path: str) -> Any:  # Any: the caller's protocol says what the named thing is
    """The thing at ``module.name``; raises ImproperlyConfigured with a sentence when it is not there."""
    module_path, _, name = path.rpartition(".")
    if not module_path:
        raise ImproperlyConfigured(f"{path!r} in a wiring list of the settings is no dotted path.")
    try:
        return getattr(import_module(module_path), name)
    except (ImportError, AttributeError) as error:
        raise ImproperlyConfigured(f"{path!r} in a wiring list of the settings cannot be loaded: {error}.") from error
