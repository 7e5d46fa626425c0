"""`relais run`: one service in one role, in a process of its own."""

import os
from collections.abc import Callable
from functools import partial

import typer

import services
from services.cli.living import Data, Host, Port, Role, What, Which, known
from services.cli.loading import staying
from services.cli.preparing import bring_up_to_date, house_of
from services.cli.speaking import refuse, settings_from, write_logs
from services.cli.starting import tell_first_link
from shared import health as signs
from shared.app import create_app
from shared.running import Team
from shared.running.notify import Signals
from shared.serving import CannotStart, ending_well, listening, serve, touched, work
from shared.settings import Settings
from shared.web.worker_figures import answer_in_the_background

GREETER = "accounts"
"""The service that gives a new centre its first administrator."""


def run(
    service: Which, role: What, host: Host = None, port: Port = None, data: Data = None
) -> None:
    """Run one service in one role; any number of such processes share the work."""
    settings = settings_from(host=host, port=port, data_dir=data)
    write_logs(settings.log_level)
    try:
        with ending_well():
            _refuse_what_only_one_process_has(settings)
            _run(known(service), role, settings)
    except CannotStart as reason:
        refuse(str(reason))


def _refuse_what_only_one_process_has(settings: Settings) -> None:
    if settings.demo:
        raise CannotStart("the demo is played in one process: relais up --demo.")
    if settings.embedded:
        raise CannotStart(
            f"RELAIS_QUEUE_URL is {settings.queue_url}, which ends at this process. "
            "Name a queue that all share, such as amqp://user@host."
        )
    if settings.database_url.startswith("sqlite"):
        raise CannotStart(
            "RELAIS_DATABASE_URL names files. Several processes need a database server: "
            "postgresql://user@host/{service}."
        )
    if not settings.key_file.exists():
        raise CannotStart(
            f"the team's key {settings.key_file} is not there. "
            "All processes need the same one: set RELAIS_TEAM_KEY_FILE."
        )


def _run(name: str, role: Role, settings: Settings) -> None:
    with staying():
        every = services.load_all()
    house = house_of(every, settings)
    service = services.load(house.directory.plate(name))
    bring_up_to_date([service], settings)
    team = Team([service], house)
    (_answer if role is Role.API else _work)(team, name)


def _answer(team: Team, name: str) -> None:
    """Pages and API, which tell the workers when there is something to send."""
    settings = team.settings
    with listening(settings.host, settings.port) as listener:
        application = create_app(team, threads=False)
        signals = Signals(team[name], to_workers=True)
        if name == GREETER:
            touched(settings.data_dir, "first-run-link")
            tell_first_link(team[name])
        signals.start()
        typer.echo(f"{name} answers at http://{settings.host}:{settings.port}/{name}")
        serve(
            application,
            listener,
            at_end=application.state.hub.close,
            proxies=settings.trusted_proxies,
        )
        signals.stop()


def _work(team: Team, name: str) -> None:
    """Events and jobs, which tell the open pages when there is something new."""
    running, file = team[name], signs.alive_file(team.settings, name)
    running.role = Role.WORKER
    running.signed = partial(os.utime, touched(file.parent, file.name))
    signals = Signals(running)

    end_figures = _figures(team)

    def begin() -> None:
        signals.start()
        team.start()
        typer.echo(f"{name} works.")

    def end() -> None:
        signals.stop()
        team.stop()
        end_figures()

    work(begin, end)


def _figures(team: Team) -> Callable[[], None]:
    """Let a worker answer the monitoring, where a setting asks for it."""
    settings = team.settings
    if not settings.metrics_port:
        return lambda: None
    taken = listening(settings.host, settings.metrics_port)
    return answer_in_the_background(team, taken)
