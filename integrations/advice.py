"""advice_on: what is probably not meant in the configuration of a use case, told to whoever has saved it."""

from __future__ import annotations

from collections.abc import Sequence

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from integrations.kinds import kind_of
from integrations.models import UseCase


def advice_on(use_case: UseCase, organization: Organization) -> Sequence[ErrorDetail]:
    """Each finding with its place in the request; none for a use case without a configuration."""
    if use_case.configuration is None:
        return ()
    return kind_of(use_case.type).advice(use_case.configuration, organization, use_case.integration_id)
