"""The pages of django-allauth that the hub offers, under accounts/; every other one is not there.

The library's page of addresses would let people take an address that nobody has verified, without a password and
without an entry in the audit trail. The names stay, because the library asks for them.
"""

from __future__ import annotations

from typing import Final, NoReturn

from allauth.account.urls import urlpatterns as of_library
from django.http import Http404, HttpRequest
from django.urls import URLPattern

OFFERED: Final = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)
"""Names of pages that have templates of ours; sign-up says that it is closed."""


def not_offered(request: HttpRequest, **_: str) -> NoReturn:
    """404, whoever asks."""
    raise Http404


urlpatterns: list[URLPattern] = [
    one if one.name in OFFERED else URLPattern(one.pattern, not_offered, one.default_args, one.name)
    for one in of_library
]
