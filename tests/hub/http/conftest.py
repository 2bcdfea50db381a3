"""What the tests of outgoing HTTP share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.http.failures import HttpFailure


def failure_of(call: Callable[[], object]) -> HttpFailure:
    """The failure that call ends with."""
    with pytest.raises(HttpFailure) as caught:
        call()
    return caught.value
