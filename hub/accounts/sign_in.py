"""Who may sign up: nobody by themselves; members are invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Closes self-service sign-up; everything else is the library's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an owner or by manage.py."""
        return False
