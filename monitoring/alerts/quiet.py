"""QuietHours: when a channel is to be left alone, or nobody is to hear of a rule, by the clock on the wall; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from hub.errors import ErrorDetail, Invalid
from monitoring.models import AlertChannel, AlertRule

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From since until until; past midnight where since is the later one. spares_errors: errors are told all the
    same."""

    since: time
    until: time
    spares_errors: bool = False

    @classmethod
    def of(cls, owner: AlertChannel | AlertRule) -> Self | None:
        """Those of a channel or a rule; None where it has none. All that a rule tells is of one severity."""
        if owner.quiet_since is None or owner.quiet_until is None:
            return None
        spares_errors = isinstance(owner, AlertChannel) and owner.quiet_spares_errors
        return cls(owner.quiet_since, owner.quiet_until, spares_errors)

    def check(self) -> None:
        """Raises Invalid for hours without a beginning: whether that is never or always, nobody can know."""
        if self.since == self.until:
            message = "must differ from the beginning"
            raise Invalid(f"quiet_until: {message}", details=[ErrorDetail("quiet_until", message)])

    def end_after(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end that at falls into; None outside of them."""
        local = at.astimezone(zone)
        clock = local.time()
        is_quiet = self.since <= clock < self.until
        if self.since > self.until:
            is_quiet = clock >= self.since or clock < self.until
        if not is_quiet:
            return None
        end = datetime.combine(local.date(), self.until, zone).replace(fold=local.fold)
        return (end if clock < self.until else end + DAY).astimezone(UTC)
