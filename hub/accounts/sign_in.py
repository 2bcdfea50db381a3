"""AccountAdapter: who may sign in and up, where they may be sent, and the audit rows they leave."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.accounts.audit import Act, actor_at, record
from hub.accounts.client_address import client_address
from hub.accounts.members import find_membership
from hub.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Closes self-service sign-up, audits sign-ins; everything else is the library's."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email and password do not fit together. Check both."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an owner or by manage.py."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site, however they are written; another host may not even be hinted at."""
        return all(url_has_allowed_host_and_scheme(form, allowed_hosts=None) for form in (url, unquote(url or "")))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that failed sign-ins are counted by: what trusted proxies say, never the client itself."""
        return client_address(request.META) or "unknown"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where the mail leads: to the hub of the settings, whatever host the request named."""
        made: str = super().get_reset_password_from_key_url(key)
        return settings.HUB_BASE_URL.rstrip("/") + urlsplit(made).path

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in under a new session key."""
        super().login(request, user)
        _audit(request, user, Act("sign_in", "user", str(user.pk)))

    def logout(self, request: HttpRequest) -> None:
        """Ends the session."""
        if isinstance(request.user, User):
            _audit(request, request.user, Act("sign_out", "user", str(request.user.pk)))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Leaves an audit row; what was typed is not kept, it may be a password in the wrong field."""
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        _audit(request, user, Act("sign_in", "user", str(user.pk) if user else "", result="failure"))

    def set_password(self, user: User, password: str) -> None:
        """Changes the password, also through a reset link."""
        super().set_password(user, password)
        _audit(self.request, user, Act("password.change", "user", str(user.pk)))


def _audit(request: HttpRequest, user: User | None, act: Act) -> None:
    membership = find_membership(user_id=user.pk, organization_id=None) if user else None
    actor = actor_at(request, "user", str(user.pk) if user else "")
    record(organization=membership.organization if membership else None, actor=actor, act=act, at=clock.now())
