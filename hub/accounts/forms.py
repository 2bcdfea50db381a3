"""SignInForm: the library's, which mentions a way back in only where there is one."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django.conf import settings


class SignInForm(LoginForm):  # type: ignore[misc]  # the library ships no types
    """E-mail and password. The link to a new password is the help of the password's field."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not settings.HUB_SENDS_MAIL:
            self.fields["password"].help_text = ""
