"""once_per_key: a POST that comes again with its Idempotency-Key is carried out once and gets the first answer."""

from hub.api.idempotency.views import once_per_key

__all__ = ["once_per_key"]
