"""`relais mail`: whether the mail server does what the centre needs, step by step."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

import typer

from services.cli.opening import Data, stop
from services.cli.speaking import settings_from
from services.demo.playing import MARK
from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.mail import Mailer, Message, NotAccepted, is_address, mailer_for, smtp
from shared.mail.mailbox import MailboxAway, opened
from shared.settings import Settings
from shared.templating import Templates

mail = typer.Typer(no_args_is_help=True, help="Mails: try the mail server of the centre.")

Language = Annotated[Literal["en", "fr"], typer.Option(help="The language of the mail.")]

_TAKEN = {
    smtp.CONNECT: "connected to {server}",
    smtp.GREET: "greeted",
    smtp.ENCRYPT: "encrypted, and it is {host}",
    smtp.SIGN_IN: "signed in as {user}",
    smtp.SENDER: "takes mails of {sender}",
    smtp.RECIPIENT: "takes mails for {to}",
    smtp.TEXT: "has the text",
    smtp.ANSWER: "accepted",
}
_CHECK = {
    smtp.CONNECT: "the name and the port in RELAIS_SMTP_URL, and that this machine may reach them "
    "(a firewall, a network of containers)",
    smtp.GREET: "that there is a mail server at this port: 465 for smtps, 587 for smtp+starttls",
    smtp.ENCRYPT: "the scheme in RELAIS_SMTP_URL (smtps or smtp+starttls), and the certificate: it "
    "must be for {host}, and from an authority that this machine or RELAIS_MAIL_CA_FILE knows",
    smtp.SIGN_IN: "the user in RELAIS_SMTP_URL (an @ in it is written %40) and the password in "
    "RELAIS_SMTP_PASSWORD_FILE; some servers ask for a password made for programs",
    smtp.SENDER: "that this user may send as {sender} (RELAIS_MAIL_FROM, or "
    "RELAIS_MAIL_BOUNCES_ADDRESS when it is set)",
    smtp.RECIPIENT: "the address, and that the server relays to other domains for this user",
    smtp.TEXT: "what the server says: it may refuse the sender, or the rate of mails",
    smtp.ANSWER: "what the server says: it may take the mail for spam. Without an answer nobody "
    "knows whether the mail arrives",
}


@mail.command("test")
def try_server(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who gets the mail.")],
    language: Language = "en",
    data: Data = None,
) -> None:
    """Send a real mail with the settings of the centre, and tell what the server says.

    It ends with 0 when the mail is accepted, 1 when a step fails, 2 when the settings are wrong.
    """
    settings = settings_from(data_dir=data)
    told: list[str] = []
    mailer = _mailer(settings, lambda step, words: _take(settings, address, told, step, words))
    if not is_address(address):
        stop(f"{address} is not an e-mail address that a mail can be sent to.")
    try:
        mailer.send(_letter(settings, address, language))
    except NotAccepted as answer:
        _fail(settings, address, told, answer)
    finally:
        mailer.close()
    typer.echo(f"The mail server has accepted the mail. Look whether it arrives at {address}.")
    _look_into_mailbox(settings)


def _mailer(settings: Settings, tell: Callable[[str, str], None]) -> Mailer:
    """The real one, or the end with a sentence."""
    if not settings.smtp_url:
        stop("RELAIS_SMTP_URL is not set: mails are kept, and none is sent.")
    played = settings.model_copy(update={"demo": settings.demo or _is_played(settings.data_dir)})
    try:
        return mailer_for(played, tell)
    except ValueError as error:
        stop(f"{error}.")
    except OSError as error:
        stop(f"{error.filename} cannot be read: {error.strerror}.")


def _is_played(folder: Path) -> bool:
    return (folder / MARK).exists()


def _letter(settings: Settings, address: str, language: str) -> Message:
    now = SystemClock().now()
    templates = Templates(settings.zone)
    subject, text, html = (
        templates.render(f"email/test.{form}", language=language, now=now, address=settings.address)
        for form in ("subject.txt", "txt", "html")
    )
    domain = settings.mail_from.rpartition("@")[2]
    return Message(
        sender=settings.mail_from,
        to=address,
        subject=" ".join(subject.split()),
        text=text.strip() + "\n",
        html=html,
        message_id=f"<test.{new_id().hex}@{domain}>",
        date=now,
        envelope_from=settings.mail_bounces_address,
    )


def _take(settings: Settings, to: str, told: list[str], step: str, words: str) -> None:
    told.append(step)
    typer.echo(f"ok      {_in_words(settings, to, _TAKEN[step])}: {words}")


def _fail(settings: Settings, to: str, told: list[str], answer: NotAccepted) -> None:
    """The step that failed is the first one that was not taken."""
    step = next(step for step in smtp.steps(settings.smtp_url) if step not in told)
    if isinstance(answer.__cause__, ssl.SSLError):
        step = smtp.ENCRYPT
    typer.echo(f"FAILED  {step}: {_reason(answer)}")
    typer.echo(f"Check {_in_words(settings, to, _CHECK[step])}.")
    raise typer.Exit(1)


def _reason(answer: NotAccepted) -> str:
    """What the server said; where it said nothing, what this machine says."""
    cause = answer.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, OSError) and cause.strerror:
        return f"{answer.words}: {cause.strerror}"
    return f"{answer.words}: {cause}" if cause and not answer.words[:3].isdigit() else answer.words


def _in_words(settings: Settings, to: str, sentence: str) -> str:
    server = urlsplit(settings.smtp_url)
    return sentence.format(
        server=f"{server.hostname}:{server.port or smtp.PORTS[server.scheme]}",
        host=server.hostname,
        user=unquote(server.username or ""),
        sender=settings.mail_bounces_address or settings.mail_from,
        to=to,
    )


def _look_into_mailbox(settings: Settings) -> None:
    """Whether what comes back could be read, where a mailbox for it is set."""
    if not settings.bounces_url:
        return
    try:
        with opened(settings):
            typer.echo("ok      the mailbox for what comes back can be opened")
    except MailboxAway as reason:
        typer.echo(f"FAILED  the mailbox for what comes back: {reason.words}")
        typer.echo("Check RELAIS_BOUNCES_URL and RELAIS_BOUNCES_PASSWORD_FILE.")
        raise typer.Exit(1) from None
