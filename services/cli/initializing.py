"""`relais init`: prepares a centre in containers, and completes it when a service was added."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import services
from services.cli.centre import (
    COMPOSE,
    SUBSCRIBERS,
    CentreFolder,
    NotOurs,
    answers,
    complete,
    write_containers,
)
from services.cli.speaking import WRONG_USE, settings_from
from shared.clock import SystemClock
from shared.mail import mailer_for
from shared.running import House

IMAGE_USER = (10001, 10001)
"""Whom containers run as when root prepares them; anybody else lets them run as himself."""
INCOMPLETE = 1

Folder = Annotated[Path, typer.Option(help="The folder with docker-compose.yml.")]
Address = Annotated[str | None, typer.Option(help="The name that people reach the centre by.")]
Zone = Annotated[str | None, typer.Option(help="Its time zone, such as Europe/Paris.")]
Country = Annotated[str | None, typer.Option(help="Whose holidays close it, such as FR.")]
Smtp = Annotated[str | None, typer.Option(help="Its mail server: smtp+starttls://user@host:587.")]
From = Annotated[str | None, typer.Option(help="The sender of its mails.")]
Acme = Annotated[str | None, typer.Option(help="Get a public certificate with this mail address.")]
Only = Annotated[bool, typer.Option("--compose", help="Only write the containers of services.")]
Show = Annotated[bool, typer.Option("--show", help="Say what is missing, and write nothing.")]


def init(  # noqa: PLR0913 - each option has its name
    *,
    folder: Folder = Path(),
    address: Address = None,
    zone: Zone = None,
    country: Country = None,
    smtp_url: Smtp = None,
    mail_from: From = None,
    acme_mail: Acme = None,
    compose: Only = False,
    show: Show = False,
) -> None:
    """Prepare a centre in containers: passwords, certificates, users. What is there stays."""
    given = {
        "CENTRE_ADDRESS": address,
        "CENTRE_ZONE": zone,
        "CENTRE_COUNTRY": country,
        "CENTRE_SMTP_URL": smtp_url,
        "CENTRE_MAIL_FROM": mail_from,
        "CENTRE_ACME_MAIL": acme_mail,
    }
    centre = CentreFolder(folder, IMAGE_USER, writes=not show)
    try:
        if not centre.read(COMPOSE):
            raise NotOurs(f"there is no {COMPOSE} in {folder.resolve()}. Name another --folder")
        if compose:
            write_containers(centre, _house(folder, answers.completed({}, IMAGE_USER)))
        else:
            _prepare(centre, {name: said for name, said in given.items() if said is not None})
    except (NotOurs, ValueError) as reason:
        _refuse(str(reason).rstrip("."))
    except OSError as error:
        _refuse(f"{error.filename}: {error.strerror}")
    _report(centre)


def _prepare(centre: CentreFolder, given: dict[str, str]) -> None:
    """Tried without writing first: whatever is in the way is found before anything is changed."""
    known = answers.said(centre.read(answers.FILE)) | given
    user = IMAGE_USER if os.geteuid() == 0 else (os.getuid(), os.getgid())
    said = answers.completed(known, user)
    centre.owner = answers.user(said)
    house = _house(centre.root, said)
    complete(replace(centre, writes=False, seen=[], written=[]), house, said)
    complete(centre, house, said)


def _house(folder: Path, said: dict[str, str]) -> House:
    """The house as it will be in the containers, to see that it could stand."""
    subscribers = folder / SUBSCRIBERS
    settings = settings_from(
        queue_url="amqps://{service}@rabbitmq/relais",
        subscribers_file=subscribers if subscribers.exists() else None,
        zone=said["CENTRE_ZONE"],
        country=said["CENTRE_COUNTRY"],
        smtp_url=said["CENTRE_SMTP_URL"],
        mail_from=said["CENTRE_MAIL_FROM"],
    )
    house = House(services.load_all(), settings, SystemClock(), mailer_for(settings))
    house.outside  # noqa: B018 - reads the file of subscribers
    return house


def _report(centre: CentreFolder) -> None:
    verb = "wrote" if centre.writes else "missing"
    for name in centre.written:
        typer.echo(f"{verb} {name}")
    kept = len(centre.seen) - len(centre.written)
    typer.echo(f"As it should be: {kept} of {len(centre.seen)}.")
    if centre.written and not centre.writes:
        raise typer.Exit(INCOMPLETE)
    if answers.FILE in centre.seen and centre.writes:
        typer.echo("Start it, or let it take over what is new: docker compose up --detach")


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"Relais cannot prepare the centre: {reason}.", err=True)
    raise typer.Exit(WRONG_USE)
