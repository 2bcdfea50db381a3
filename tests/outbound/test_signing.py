"""What receivers check: the vectors of the specification, and the library that Standard Webhooks offers them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from outbound.signing import SECRET_BYTES, SECRET_PREFIX, Signer, new_private_key, new_secret, public_pem

MESSAGE_ID = "msg_00000000000000000000000001"
AT = datetime.fromtimestamp(1_760_000_000, UTC)
KEY = bytes(range(32))
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
BODY = b'{"order":"PO-1001"}'
V1 = "v1,B57aEM/ySLinbiiBLywtC4wGcZdj3fwU1A9f+GTUK2U="
V1_OF_NO_BODY = "v1,JFUYllSP71XtYvf9FTJJzOGXHATlceZpDpsXWc/dv1c="
V1A = "v1a,VAvNcQgO+ZLe6/LUOgiCzmYceUzWpF5ZxJNxmEC3iVEt8Lm/6yxrC4z89GpI84tcVGJUWe76OdVcQfYCPhMXAg=="
PUBLIC_KEY = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="


def headers(*secrets, at=AT, body=BODY, private_key=KEY):
    """The headers of one attempt."""
    return dict(Signer(secrets, private_key).headers(message_id=MESSAGE_ID, at=at, body=body))


def now():
    """What the library compares timestamps with."""
    return datetime.now(UTC)


def test_the_headers_are_those_of_the_vector():
    assert headers(SECRET) == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1760000000",
        "webhook-signature": f"{V1A} {V1}",
    }


def test_the_signature_of_no_body_is_that_of_the_vector():
    assert headers(SECRET, body=b"")["webhook-signature"].split(" ")[1] == V1_OF_NO_BODY


def test_the_public_key_is_that_of_the_vector():
    assert "".join(public_pem(KEY).split("\n")[1:-2]) == PUBLIC_KEY


def test_the_former_secret_signs_last():
    former = new_secret()
    assert headers(SECRET, former)["webhook-signature"].split(" ")[:2] == [V1A, V1]
    assert headers(former)["webhook-signature"].split(" ")[1] == headers(SECRET, former)["webhook-signature"].split()[2]


def test_a_new_secret_holds_32_random_bytes():
    secrets = {new_secret() for _ in range(10)}
    lengths = {len(base64.b64decode(secret.removeprefix(SECRET_PREFIX))) for secret in secrets}
    assert (len(secrets), lengths) == (10, {SECRET_BYTES})


def test_a_signer_does_not_show_its_keys():
    assert SECRET not in repr(Signer([SECRET], KEY))


@pytest.mark.parametrize("body", [BODY, b"", '{"straße":"Übersee 1"}'.encode()], ids=["json", "none", "umlauts"])
def test_the_library_for_receivers_accepts_what_is_sent(body):
    secret = new_secret()
    Receiver(secret).verify(body, headers(secret, at=now(), body=body), json_parse=False)


def test_the_library_accepts_both_secrets_of_a_rotation():
    present, former = new_secret(), new_secret()
    sent = headers(present, former, at=now())
    assert [Receiver(secret).verify(BODY, sent) for secret in (present, former)] == [{"order": "PO-1001"}] * 2


@pytest.mark.parametrize(
    ("secret", "at", "body"),
    [
        (new_secret(), timedelta(0), BODY),
        (SECRET, timedelta(minutes=-6), BODY),
        (SECRET, timedelta(minutes=6), BODY),
        (SECRET, timedelta(0), BODY + b" "),
    ],
    ids=["another secret", "too old", "too new", "another body"],
)
def test_the_library_refuses_anything_else(secret, at, body):
    with pytest.raises(WebhookVerificationError):
        Receiver(secret).verify(body, headers(SECRET, at=now() + at))


def verified(private_key, sent, body=BODY):
    """Checks the asymmetric signature as a receiver does who has the public key alone."""
    public_key = load_pem_public_key(public_pem(private_key).encode())
    assert isinstance(public_key, Ed25519PublicKey)
    signature = sent["webhook-signature"].split(" ")[0].removeprefix("v1a,")
    content = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
    public_key.verify(base64.b64decode(signature), content)


def test_the_public_key_verifies_the_asymmetric_signature():
    private_key = new_private_key()
    verified(private_key, headers(SECRET, private_key=private_key))


def test_the_public_key_of_somebody_else_does_not():
    with pytest.raises(InvalidSignature):
        verified(new_private_key(), headers(SECRET))
