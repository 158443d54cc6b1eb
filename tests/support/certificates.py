"""Certificates for tests of TLS: an authority of their own, a server and a client under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import CERT_REQUIRED, PROTOCOL_TLS_SERVER, SSLContext

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVER_NAME = "temporal.test"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """Files with a certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """Who signs; nobody trusts it who is not told to."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name
    certificate: Path


def make_authority(directory: Path) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("Test authority")
    built = _builder(name, name, key).add_extension(x509.BasicConstraints(True, None), True)
    file = directory / "ca.pem"
    file.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return Authority(key, name, file)


def make_identity(authority: Authority, name: str) -> Identity:
    """Sign a certificate for a host or a person, and write it beside the authority's."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
    built = (
        _builder(_named(name), authority.name, key)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.SubjectAlternativeName(names), False)
    )
    directory = authority.certificate.parent
    identity = Identity(directory / f"{name}.pem", directory / f"{name}.key")
    signed = built.sign(authority.key, hashes.SHA256())
    identity.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    identity.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return identity


def serving_only(authority: Authority, server: Identity) -> SSLContext:
    """Return what a server of HTTP/2 needs that speaks with clients of the authority alone."""
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    context.load_verify_locations(authority.certificate)
    context.verify_mode = CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )
