"""Dovecot, an IMAP server of a test's own, with one mailbox of one person."""

import imaplib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mail_server import identity_of
from tests.nodes.programs import Program, free_port, until

USER, PASSWORD = "bounces@centre.example", "letterbox"
_OWNER = "nobody"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
disable_plaintext_auth = no
auth_mechanisms = plain
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1
mail_location = maildir:{folder}/mail
default_login_user = {login}
default_internal_user = {internal}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {secure_port}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/home
}}
"""


@dataclass
class ImapServer:
    """A server that runs. Mails are put into its mailbox by hand, as a mail server does."""

    folder: Path
    port: int
    secure_port: int

    @property
    def url(self) -> str:
        return f"imap://{USER.replace('@', '%40')}@127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def deliver(self, *mails: bytes) -> None:
        with self.line() as line:
            for mail in mails:
                assert line.append("INBOX", "", None, mail)[0] == "OK"

    def empty(self) -> None:
        with self.line() as line:
            if line.select("INBOX")[1] != [b"0"]:
                line.store("1:*", "+FLAGS", r"(\Deleted)")
                line.expunge()

    def flags(self) -> list[str]:
        """Of each mail in the mailbox, oldest first; nothing is changed by looking."""
        with self.line() as line:
            line.select("INBOX", readonly=True)
            found = line.uid("FETCH", "1:*", "(FLAGS)")[1]
            return [part.decode().partition("FLAGS (")[2].rstrip(")") for part in found if part]

    def line(self) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        line.login(USER, PASSWORD)
        return line


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """A server with an empty mailbox, that runs while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="relais-dovecot-"))
    try:
        identity_of("localhost", folder)
        server = ImapServer(folder, free_port(), free_port())
        _configure(server)
        command = ["/usr/sbin/dovecot", "-F", "-c", f"{folder}/conf"]
        program = Program(command, {"PATH": os.defpath}, folder / "output", None)
        try:
            until(lambda: _answers(server), "Dovecot did not start")
            yield server
        finally:
            program.end(signal.SIGTERM)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(server: ImapServer) -> None:
    folder, alone = server.folder, os.geteuid() != 0
    us = str(os.geteuid())
    for name in ("mail", "home"):
        (folder / name).mkdir()
        if not alone:
            shutil.chown(folder / name, _OWNER, "nogroup")
    folder.chmod(0o755)
    (folder / "conf").write_text(
        _CONFIGURATION.format(
            folder=folder,
            port=server.port,
            secure_port=server.secure_port,
            password=PASSWORD,
            login=us if alone else "dovenull",
            internal=us if alone else "dovecot",
            owner=us if alone else _OWNER,
            group=str(os.getegid()) if alone else "nogroup",
        )
    )


def _answers(server: ImapServer) -> bool:
    with suppress(OSError, imaplib.IMAP4.error), server.line():
        return True
    return False
