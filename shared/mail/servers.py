"""The servers that mails go to and come back from, as the settings name them."""

import ssl
from collections.abc import Collection
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from shared.settings import LOCAL_HOSTS


def place(url: str, setting: str, example: str, schemes: Collection[str]) -> SplitResult:
    """The parts of a server's address, or `ValueError` with what it must look like."""
    try:
        server = urlsplit(url)
        sound = server.scheme in schemes and bool(server.hostname) and server.port != 0
    except ValueError:
        sound = False
    if not sound or server.path.strip("/") or server.query or server.fragment:
        raise ValueError(f"{setting} must look like {example}")
    if server.password:
        secret = setting.replace("_URL", "_PASSWORD_FILE")
        raise ValueError(f"the mail password belongs in a file: {secret}")
    return server


def password(file: Path | None, server: SplitResult, setting: str) -> str:
    """What the file holds, or `ValueError` when nobody could sign in with it."""
    secret = file.read_text(encoding="utf-8").strip() if file else ""
    if secret and not server.username:
        raise ValueError(f"{file} holds a password, but {setting} names no user")
    if file and server.username and not secret:
        raise ValueError(f"{setting} names a user, but {file} holds no password")
    if not secret.isascii():
        raise ValueError(f"{file} holds letters that no mail server understands: use a-z, 0-9")
    return secret


def authority(ca_file: Path | None) -> ssl.SSLContext:
    """What a server must prove: that its name is certified, by `ca_file` or whom we know."""
    if ca_file is not None:
        ca_file.read_bytes()  # a file that is missing is named here, and not there
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise ValueError(f"RELAIS_MAIL_CA_FILE: {ca_file} holds no certificate (PEM)") from None


def is_elsewhere(server: SplitResult) -> bool:
    """Whether what is sent there leaves this machine and its containers."""
    host = server.hostname or ""
    return host not in LOCAL_HOSTS and ("." in host or ":" in host)
