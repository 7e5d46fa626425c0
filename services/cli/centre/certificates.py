"""Certificates for the centre's own servers, signed by an authority that belongs to it alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)
"""What browsers still accept."""
RENEWED_BEFORE = timedelta(days=90)
CLOCKS_DIFFER = timedelta(hours=1)
LONGEST_NAME = 64
"""What the field for a person's reading can hold; the name that counts stands in an extension."""


def new_key() -> str:
    """A private key (P-256, PKCS 8, PEM)."""
    key = generate_private_key(SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


@dataclass(frozen=True)
class Request:
    """What a certificate is for: the names (or addresses) of a server; and what day it is."""

    hosts: tuple[str, ...]
    now: datetime


@dataclass(frozen=True)
class Authority:
    """Signs the certificates of the servers of one centre. Its key never enters a container."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate

    def issue(self, request: Request, key: str) -> str:
        """A certificate for a server that has this key."""
        server, issuer = _read_key(key).public_key(), self.certificate.subject
        builder = (
            _begin(request.hosts[0], issuer, request.now, SERVER_LASTS)
            .public_key(server)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_names(request.hosts), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(server), critical=False)
            .add_extension(_issued_by(self.key), critical=False)
        )
        return _pem(builder.sign(self.key, hashes.SHA256()))

    def stands(self, pem: str, request: Request, key: str) -> bool:
        """Whether a certificate may stay; one that somebody else has signed always may."""
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if not self._signed(certificate):
            return True
        same_key = certificate.public_key() == _read_key(key).public_key()
        same_host = _names_in(certificate) == _names(request.hosts)
        return same_key and same_host and lasts(pem, request.now)

    def _signed(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


def authority(key: str, certificate: str) -> Authority:
    """The authority from its two files."""
    return Authority(_read_key(key), x509.load_pem_x509_certificate(certificate.encode()))


def new_authority(key: str, now: datetime) -> str:
    """The certificate with which everybody recognises what the authority has signed."""
    private = _read_key(key)
    public, name = private.public_key(), _name("Relais, this centre")
    builder = (
        _begin("Relais, this centre", name, now, AUTHORITY_LASTS)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return _pem(builder.sign(private, hashes.SHA256()))


def lasts(pem: str, now: datetime) -> bool:
    """Whether a certificate need not be renewed yet."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return now < certificate.not_valid_after_utc - RENEWED_BEFORE


def _names(hosts: Iterable[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_host(host) for host in hosts])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _names_in(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value


def _begin(
    subject: str, issuer: x509.Name, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + lasts)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued_by(key: EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:LONGEST_NAME])])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _read_key(pem: str) -> EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the key of the centre's own authority is not one that Relais has made")
    return key
