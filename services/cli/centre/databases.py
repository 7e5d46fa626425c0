"""A database and a role for each service, so that no service can read what another one keeps."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping

from services.cli.centre.folder import MARK

ITERATIONS = 4096
"""PostgreSQL's own default; a password of 256 random bits needs no more."""

_FOR_EACH = """
SELECT 'CREATE ROLE "{name}"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
ALTER ROLE "{name}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{verifier}';
SELECT 'CREATE DATABASE "{name}" OWNER "{name}" TEMPLATE template0 ENCODING ''UTF8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;
"""  # noqa: E501 - one statement, one line


def script(passwords: Mapping[str, str]) -> str:
    """What psql must be told, each time the same: makes what is missing, sets every password.

    `passwords`: for each role, which is also the name of its database. None of them is in it.
    """
    return "".join(_script(passwords))


def _script(passwords: Mapping[str, str]) -> Iterator[str]:
    yield f"-- {MARK}: a role and a database for each service.\n\\set ON_ERROR_STOP on\n"
    for name, password in passwords.items():
        yield _FOR_EACH.format(name=name, verifier=verifier(name, password))


def verifier(role: str, password: str) -> str:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803).

    The salt is drawn from the password, which is random: so the script is the same every time.
    """
    salt = hmac.digest(password.encode(), f"postgres {role}".encode(), "sha256")[:16]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored = _text(hashlib.sha256(client_key).digest())
    server = _text(hmac.digest(salted, b"Server Key", "sha256"))
    return f"SCRAM-SHA-256${ITERATIONS}:{_text(salt)}${stored}:{server}"


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
