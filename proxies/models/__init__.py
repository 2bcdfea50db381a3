"""What the proxies remember between requests."""

from proxies.models.allow_lists import AllowListChange
from proxies.models.pulls import UNFINISHED_PULLS, Pull, PullKind, PullRun, PullState

__all__ = ["UNFINISHED_PULLS", "AllowListChange", "Pull", "PullKind", "PullRun", "PullState"]
