"""The codes of requests through secure proxies that got no answer; one with an answer is HTTP_ and its status."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, error_code

_LISTS: Final = "Ask an owner to add it on the page of the secure proxy, if it is meant."
_CERTIFICATE: Final = "Have the other side renew or complete its certificate; the hub does not do without."
_TRY_AGAIN: Final = "Look whether the other system runs and can be reached, then send the request again."
_THEIRS: Final = Category.DOWNSTREAM_API

SECURE_PROXY_CODES: Final = [
    error_code(
        "SECURE_PROXY_NOT_FOUND",
        Category.CONFIGURATION,
        "The secure proxy that should carry the requests is not there.",
        "Create it, or name another one.",
    ),
    error_code("SECURE_PROXY_DISABLED", Category.CONFIGURATION, "The secure proxy is switched off.", "Enable it."),
    error_code(
        "SECURE_PROXY_INVALID_CONFIG", Category.CONFIGURATION, "The secure proxy has no mode.", "Set its vpc_mode."
    ),
    error_code(
        "SECURE_PROXY_DOMAIN_NOT_ALLOWED", Category.CONFIGURATION, "The host is not among the allowed domains.", _LISTS
    ),
    error_code(
        "SECURE_PROXY_IP_NOT_ALLOWED", Category.CONFIGURATION, "The address is in none of the allowed ranges.", _LISTS
    ),
    error_code(
        "SECURE_PROXY_MODE_UNAVAILABLE",
        Category.CONFIGURATION,
        "This installation has no way out for the mode of the secure proxy.",
        "Ask whoever runs the hub to set HUB_STATIC_IP_EGRESS or HUB_SECURE_LINK_EGRESS.",
    ),
    error_code("ENOTFOUND", _THEIRS, "The host name leads to no address.", "Check the name."),
    error_code("EAI_AGAIN", _THEIRS, "The host name could not be looked up for the moment.", _TRY_AGAIN),
    error_code("ECONNREFUSED", _THEIRS, "The host refuses the connection.", _TRY_AGAIN),
    error_code("ECONNRESET", _THEIRS, "The host closed the connection before it had answered.", _TRY_AGAIN),
    error_code("ETIMEDOUT", Category.TIMEOUT, "The host did not accept the connection in time.", _TRY_AGAIN),
    error_code("EHOSTUNREACH", _THEIRS, "There is no way to the host.", _TRY_AGAIN),
    error_code("ENETUNREACH", _THEIRS, "There is no way to the network of the host.", _TRY_AGAIN),
    error_code("CERT_HAS_EXPIRED", _THEIRS, "The certificate of the host has expired.", _CERTIFICATE),
    error_code("CERT_NOT_YET_VALID", _THEIRS, "The certificate of the host is not valid yet.", _CERTIFICATE),
    error_code(
        "DEPTH_ZERO_SELF_SIGNED_CERT", _THEIRS, "The certificate of the host is signed by itself.", _CERTIFICATE
    ),
    error_code(
        "SELF_SIGNED_CERT_IN_CHAIN", _THEIRS, "The certificate goes back to an authority without trust.", _CERTIFICATE
    ),
    error_code(
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", _THEIRS, "The certificate is from an unknown authority.", _CERTIFICATE
    ),
    error_code(
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE", _THEIRS, "Certificates are missing between host and authority.", _CERTIFICATE
    ),
    error_code("ERR_TLS_CERT_ALTNAME_INVALID", _THEIRS, "The certificate is for another name.", _CERTIFICATE),
    error_code("EPROTO", _THEIRS, "No encrypted connection with the host came about.", _TRY_AGAIN),
    error_code("HPE_INVALID_CONSTANT", _THEIRS, "The host answered with something that is not HTTP.", _TRY_AGAIN),
]
