"""Where a request comes from."""

from __future__ import annotations

import pytest

from hub.accounts.client_address import client_address


def seen(settings, proxies, forwarded=None, peer="192.0.2.1"):
    settings.HUB_TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    return client_address(meta)


def test_without_proxies_the_header_counts_for_nothing(settings):
    assert seen(settings, 0, "1.2.3.4") == "192.0.2.1"


def test_behind_one_proxy_the_last_entry_is_the_client(settings):
    assert seen(settings, 1, "1.2.3.4, 198.51.100.7") == "198.51.100.7"


def test_behind_two_proxies_the_last_but_one_entry_is_the_client(settings):
    assert seen(settings, 2, "1.2.3.4, 198.51.100.7, 10.0.0.2") == "198.51.100.7"


def test_fewer_entries_than_proxies_are_not_believed(settings):
    assert seen(settings, 2, "1.2.3.4") == "192.0.2.1"


@pytest.mark.parametrize("entry", ["unknown", "1.2.3.4:80", "<script>", "a\r\nb"])
def test_an_entry_that_is_no_address_is_not_believed(settings, entry):
    assert seen(settings, 1, entry) == "192.0.2.1"


def test_an_address_is_spelled_one_way(settings):
    assert seen(settings, 1, "2001:DB8:0::1") == "2001:db8::1"
