"""Certificates of a test: an authority of our own, and what it signs for whom until when."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


class Authority:
    """Signs certificates, writes them into folder and hands out the server's half of TLS.

    above: who has signed its own certificate; None makes it a root. since, until: of its own certificate.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "Authority of a test",
        *,
        above: Authority | None = None,
        until: datetime | None = None,
        since: datetime | None = None,
    ) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        issuer, signer = (above._name, above._key) if above else (self._name, self._key)
        own = _builder(self._name, issuer, self._key.public_key(), until or _now() + DAY, since)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        own = own.add_extension(_usage(signs_certificates=True), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        own = own.add_extension(identifier, critical=False)
        self.certificate = own.sign(signer, hashes.SHA256())
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.key_pem = _key_pem(self._key).decode()
        self.file = _write(folder / f"authority-{self.certificate.serial_number}.pem", self.certificate)

    def server(
        self,
        host: str,
        *,
        until: datetime | None = None,
        is_self_signed: bool = False,
        sends: tuple[Authority, ...] = (),
    ) -> ssl.SSLContext:
        """The context of a server that says it is host, and sends the certificates of these authorities along."""
        return _context(self._signed(host, until=until, is_self_signed=is_self_signed), sends)

    def leaf_pem(self, host: str) -> str:
        """The certificate of a server."""
        return Path(self._signed(host)).read_text(encoding="ascii").partition("-----BEGIN PRIVATE KEY")[0]

    def _signed(self, host: str, *, until: datetime | None = None, is_self_signed: bool = False) -> str:
        """The file of a server's certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (_name(host), key) if is_self_signed else (self._name, self._key)
        built = _builder(_name(host), issuer, key.public_key(), until or _now() + DAY)
        built = built.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        built = built.add_extension(authority, critical=False)
        return self._write_with_key(built.sign(signer, hashes.SHA256()), key)

    def _write_with_key(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> str:
        path = self._folder / f"{certificate.serial_number}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _key_pem(key))
        return str(path)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _context(file: str, sends: tuple[Authority, ...]) -> ssl.SSLContext:
    path = Path(file)
    own, mark, key = path.read_text(encoding="ascii").partition("-----BEGIN PRIVATE KEY")
    path.write_text(own + "".join(one.pem for one in sends) + mark + key, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _now() -> datetime:
    """The real one: what is checked against it is not ours."""
    return datetime.now(tz=UTC)


def yesterday() -> datetime:
    """When what has expired did."""
    return _now() - DAY


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    until: datetime,
    since: datetime | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or until - 10 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, certificate: x509.Certificate) -> str:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)
