"""TimedBucket: a bucket whose client gives up in time: somebody waits for the answer, and others for their thread."""

from __future__ import annotations

from typing import Any, Final

from botocore.config import Config
from storages.backends.s3 import S3Storage

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 20
"""Between two pieces of an answer."""
ATTEMPTS: Final = 2


class TimedBucket(S3Storage):  # type: ignore[misc]  # the package has no types
    """The storage of django-storages; a request is sent ATTEMPTS times at most."""

    def __init__(self, **options: Any) -> None:  # Any: as the storage takes them
        super().__init__(**options)
        patience = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        )
        self.client_config: Config = self.client_config.merge(patience)
