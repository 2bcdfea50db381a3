"""What the address of a mail server says."""

from __future__ import annotations

import pytest

from hub.settings.mail import mail_settings


def test_user_and_password_may_hold_any_character():
    found = mail_settings("smtp+tls://erp%40example.org:p%3Ass@mail.example.org:2525")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("erp@example.org", "p:ss")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 2525)


@pytest.mark.parametrize(
    ("scheme", "port", "starts_tls", "is_tls"),
    [("smtp", 25, False, False), ("smtp+tls", 587, True, False), ("smtps", 465, False, True)],
)
def test_the_scheme_chooses_encryption_and_port(scheme, port, starts_tls, is_tls):
    found = mail_settings(f"{scheme}://mail.example.org")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, starts_tls, is_tls)
