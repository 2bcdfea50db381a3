"""thresholds: after how long the data that a use case has written counts as old; remembered, for every request asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.environments.remembered import Remembered
from hub.json_types import JSONObject
from integrations.models import Integration, UseCase, UseCaseType

REMEMBERED_S: Final = 60.0
USUAL_MINUTES: Final = 60
"""Where autoRefresh is enabled and names no threshold."""
LONGEST: Final = timedelta(days=365)
"""Beyond it nothing ever gets old: moments have an end, and the setting takes any number."""


def thresholds(organization: Organization) -> Mapping[UUID, timedelta]:
    """Inbound use case → threshold, of the integrations that have autoRefresh enabled. No query as long as the
    configuration stays what it is, for a minute."""
    return _thresholds.of(organization.pk, organization.config_version)


def forget_all() -> None:
    """Read everything anew."""
    _thresholds.forget_all()


def _read(organization_id: int) -> Mapping[UUID, timedelta]:
    integrations = Integration.objects.filter(organization_id=organization_id).only("pk", "settings")
    fresh = {one.pk: found for one in integrations if (found := _threshold_of(one.settings)) is not None}
    if not fresh:
        return {}
    use_cases = UseCase.objects.filter(
        organization_id=organization_id, integration_id__in=fresh, type=UseCaseType.INBOUND
    )
    return {key: fresh[owner] for key, owner in use_cases.values_list("pk", "integration_id")}


def _threshold_of(settings: JSONObject | None) -> timedelta | None:
    refresh = (settings or {}).get("autoRefresh")
    if not isinstance(refresh, dict) or refresh.get("enabled") is not True:
        return None
    minutes = refresh.get("freshnessThresholdMinutes")
    whole = minutes if isinstance(minutes, int) else USUAL_MINUTES
    return min(LONGEST, timedelta(minutes=whole)) if whole < LONGEST.total_seconds() / 60 else LONGEST


_thresholds = Remembered(_read, REMEMBERED_S)
