"""Who can make a link to a file, and which of them open one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from hub.errors import Invalid
from hub.served_files import links
from hub.served_files.links import LinkRefused
from hub.served_files.queries import parameters_in
from tests.builders import NOW

MASTER = bytes(range(32))
PARAMETERS = {
    "orgId": "org_1",
    "integrationId": "3f0c8f0e-6a35-4d2b-9f57-0f6f4f3b7a11",
    "useCaseSlug": "document-download",
    "documentId": "DOC 00/34157",
    "tenantId": "ACME",
}


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.HUB_FILE_URL_KEYS = {"k1": MASTER}
    settings.HUB_BASE_URL = "https://hub.example.com"


def parameters_of(link):
    return dict(parse_qsl(urlsplit(link.url).query))


def signed(path="/download", **changes):
    return parameters_of(links.sign(path, [*(PARAMETERS | changes).items()], at=NOW))


def test_key_and_signature_are_those_of_the_vector():
    key = links.organization_key(MASTER, "org_1")
    assert key.hex() == "6a14f265b6c492b5405dab860dbb7384b2a38ddf72677b81cf863de54a3e5118"
    whole = [*PARAMETERS.items(), ("expires_at", "1767225600000"), ("kid", "k1")]
    signature = links.signature_of(key, "/download", whole)
    assert signature == "ee33b6087ba7b14eb01892283c4f87a0fc6c8a535ee2c6f52d4a877cee2533c2"
    assert links.signature_of(key, "/download", whole[::-1]) == signature


def test_a_signed_link_is_verified_until_it_expires():
    found = signed()
    links.verify("/download", found, at=NOW)
    links.verify("/download", found, at=NOW + timedelta(minutes=5, milliseconds=-1))
    with pytest.raises(LinkRefused):
        links.verify("/download", found, at=NOW + timedelta(minutes=5))


def test_a_link_says_when_it_ends():
    link = links.sign("/download", [*PARAMETERS.items()], at=NOW)
    assert link.url.startswith("https://hub.example.com/download?orgId=org_1&integrationId=3f0c")
    assert link.expires_at == NOW + timedelta(minutes=5)


def test_every_parameter_is_signed():
    found = signed()
    for name in found:
        for other in (found | {name: found[name] + "0"}, {each: found[each] for each in found if each != name}):
            with pytest.raises(LinkRefused):
                links.verify("/download", other, at=NOW)
    with pytest.raises(LinkRefused):
        links.verify("/download", found | {"disposition": "inline"}, at=NOW)


def test_a_link_opens_the_path_for_which_it_was_signed_only():
    with pytest.raises(LinkRefused):
        links.verify("/stream/download", signed(), at=NOW)
    with pytest.raises(LinkRefused):
        links.verify("/download", signed("/stream/download"), at=NOW)


def test_one_organization_cannot_sign_for_another():
    other = links.organization_key(MASTER, "org_2")
    found = signed() | {"signature": ""}
    del found["signature"]
    with pytest.raises(LinkRefused):
        links.verify(
            "/download", found | {"signature": links.signature_of(other, "/download", [*found.items()])}, at=NOW
        )


@pytest.mark.parametrize("signature", ["", "ä", "0" * 64, "\ud800".encode("utf-8", "replace").decode()])
def test_a_signature_that_is_none_is_refused(signature):
    with pytest.raises(LinkRefused):
        links.verify("/download", signed() | {"signature": signature}, at=NOW)


@pytest.mark.parametrize("moment", ["", "soon", "-1", "1" * 16, "１７６７２２５６００００", " 1767225600000"])
def test_a_moment_that_is_none_is_refused(moment):
    with pytest.raises(LinkRefused):
        links.verify("/download", _resigned(signed(), expires_at=moment), at=NOW)


def test_a_link_that_lives_longer_than_any_of_ours_is_refused_even_if_signed():
    at = int((NOW + timedelta(minutes=16)).timestamp() * 1000)
    links.verify("/download", _resigned(signed(), expires_at=str(at)), at=NOW)
    with pytest.raises(LinkRefused):
        links.verify("/download", _resigned(signed(), expires_at=str(at + 1)), at=NOW)


def _resigned(parameters, **changes):
    plain = {name: value for name, value in (parameters | changes).items() if name != "signature"}
    key = links.organization_key(MASTER, "org_1")
    return plain | {"signature": links.signature_of(key, "/download", [*plain.items()])}


def test_an_older_key_still_verifies_while_a_newer_one_signs(settings):
    old = signed()
    settings.HUB_FILE_URL_KEYS = {"k2": bytes(32), "k1": MASTER}
    links.verify("/download", old, at=NOW)
    assert signed()["kid"] == "k2"
    settings.HUB_FILE_URL_KEYS = {"k2": bytes(32)}
    with pytest.raises(LinkRefused):
        links.verify("/download", old, at=NOW)


def test_signing_again_replaces_what_was_signed():
    again = parameters_of(links.sign("/download", [*signed().items()], at=NOW + timedelta(minutes=1)))
    links.verify("/download", again, at=NOW + timedelta(minutes=5))


def test_all_refusals_say_the_same():
    reasons = [signed() | {"signature": "0"}, {}, _resigned(signed(), expires_at="1")]
    assert len({str(_refusal(each)) for each in reasons}) == 1


def _refusal(parameters):
    with pytest.raises(LinkRefused) as refused:
        links.verify("/download", parameters, at=NOW)
    return refused.value


def test_a_query_is_decoded():
    assert parameters_in("a=x%20y&b=&c=%C3%A4+b") == {"a": "x y", "b": "", "c": "ä b"}
    assert parameters_in("") == {}


@pytest.mark.parametrize(
    "query", ["a=1&a=2", "a", "a=1&", "=1", "a=%ff", "a=%00", "a" * 8191 + "=1", "&".join(f"a{i}=1" for i in range(51))]
)
def test_a_query_that_is_repeated_malformed_or_too_large_is_refused(query):
    with pytest.raises(Invalid):
        parameters_in(query)
