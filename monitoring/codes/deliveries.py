"""Codes of deliveries to receivers and of their acknowledgement (outbound.md 14.1)."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, Code, Level, error_code

_SETUP = Category.CONFIGURATION
_THEIRS = Category.DOWNSTREAM_API

DELIVERY_CODES = [
    Code("WEBHOOK_DELIVERED", Level.SUCCESS, "The receiver took the event."),
    Code(
        "ACK_PENDING",
        Level.INFO,
        "The event was delivered; the ERP has yet to say that it processed it.",
        "Nothing to do for now: if the ERP stays silent, ACK_TIMEOUT follows.",
    ),
    Code("ACK_CONFIRMED", Level.SUCCESS, "The ERP has processed the event."),
    Code(
        "ACK_TIMEOUT",
        Level.WARNING,
        "The event was delivered, but the ERP has not said in time that it processed it.",
        "Look into the ERP whether it has. A late acknowledgement still counts; to try again, resend the delivery.",
        Category.TIMEOUT,
    ),
    error_code(
        "EXTERNAL_ERROR",
        _THEIRS,
        "The ERP says that it could not process the event.",
        "Read its message, mend the cause there, and resend the delivery.",
    ),
    error_code(
        "WEBHOOK_NOT_FOUND",
        _SETUP,
        "The mapping names a webhook that does not exist.",
        "Choose another webhook in the mapping, then resend the delivery.",
    ),
    error_code(
        "WEBHOOK_DISABLED",
        _SETUP,
        "The webhook is disabled or was deleted, so what was meant for it was cancelled.",
        "Enable the webhook and resend what should still arrive. To hold deliveries instead, pause it.",
    ),
    error_code(
        "WEBHOOK_HELD",
        _SETUP,
        "The webhook is paused or its receiver has failed too often, so an action that cannot wait was not sent.",
        "Resume the webhook or wait for its receiver, then have the automation act again.",
    ),
    error_code(
        "WEBHOOK_INCOMPLETE",
        _SETUP,
        "The webhook came without an address or credentials and was never completed.",
        "Open the webhook, fill in what is missing, then resend the delivery.",
    ),
    error_code(
        "RECEIVER_GONE",
        _THEIRS,
        "The receiver answered 410: it wants nothing any more, so its webhook was switched off.",
        "Ask the receiver where its events shall go, correct the webhook, enable it, and resend what it has missed.",
    ),
    error_code(
        "ENV_REFERENCE_UNRESOLVED",
        _SETUP,
        "The address, a header or a credential refers to a variable that has no value.",
        "Set the variable in the environment, then resend the delivery.",
    ),
    error_code(
        "OAUTH2_TOKEN_FAILURE",
        _THEIRS,
        "The token that the receiver asks for could not be had.",
        "Test the connection on the page of the webhook: client id, secret, address and scope of the token server.",
    ),
    error_code(
        "URL_REFUSED",
        _SETUP,
        "The address cannot be called as it is written.",
        "Correct the address of the webhook, then resend the delivery.",
    ),
    error_code(
        "ADDRESS_REFUSED",
        _SETUP,
        "The receiver stands in a network that the hub may not call.",
        "Use a public address, or ask whoever runs the hub to allow this one (HUB_EGRESS_ALLOW).",
    ),
    error_code(
        "HEADER_REFUSED",
        _SETUP,
        "A header of the request has a name or a value that cannot be sent.",
        "Correct the headers of the webhook, then resend the delivery.",
    ),
    error_code(
        "REQUEST_TOO_LARGE",
        _SETUP,
        "What was to be sent is larger than a request may be.",
        "Have the mapping send less, for instance ids instead of whole entities.",
    ),
    error_code(
        "CERTIFICATE_REFUSED",
        _THEIRS,
        "The certificate of the receiver is not valid for its name, or nobody vouches for it.",
        "Have the receiver's certificate renewed. For a certificate authority of your own see HUB_EGRESS_CA_FILE.",
    ),
    error_code(
        "BAD_RESPONSE",
        _THEIRS,
        "What the receiver answered is no HTTP.",
        "Check the address and the port of the webhook.",
    ),
    error_code(
        "RESPONSE_TOO_LARGE",
        _THEIRS,
        "The answer is larger than the hub reads.",
        "Have the receiver answer with less; the hub looks at the status only.",
    ),
    Code(
        "NOT_RESOLVABLE",
        Level.WARNING,
        "The name of the receiver could not be looked up.",
        "Check the spelling of the address if it stays like this.",
        _THEIRS,
    ),
    Code(
        "CONNECT_FAILED",
        Level.WARNING,
        "No connection to the receiver came about.",
        "Check that the receiver runs and that no firewall stands between.",
        _THEIRS,
    ),
    Code(
        "TLS_FAILED",
        Level.WARNING,
        "The encrypted connection did not come about.",
        "Check that the receiver speaks TLS 1.2 or later at this port.",
        _THEIRS,
    ),
    Code(
        "CONNECTION_LOST",
        Level.WARNING,
        "The receiver ended the connection before it had answered.",
        "Look into the log of the receiver.",
        _THEIRS,
    ),
    Code(
        "DELIVERY_ORDER_BROKEN",
        Level.WARNING,
        "A delivery of this entity failed for good, and later ones went on without it.",
        "Resend it, or set the mapping to hold back what comes after a failure.",
    ),
]

HTTP_ANSWERS: Final = Code(
    "HTTP_STATUS",
    Level.WARNING,
    "The receiver answered with the status that stands in place of STATUS, such as HTTP_503.",
    "Look at its answer. The hub follows no redirect: of one, configure the address that its header Location names.",
    _THEIRS,
)
"""What is said of the codes of http_code together."""


def http_code(name: str) -> Code | None:
    """The code of an answer that is tried again, such as HTTP_503; None for another name."""
    status = name.removeprefix("HTTP_")
    if status == name or not status.isdecimal():
        return None
    advice = "Look at its answer."
    if status.startswith("3"):
        advice = "The hub follows no redirect: configure the address that the header Location of the answer names."
    sentence = f"The receiver answered {status}."
    return Code(name, Level.WARNING, sentence, advice, _THEIRS, listed_as=HTTP_ANSWERS.name)
