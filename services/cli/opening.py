"""Opens the databases of a centre for the commands that look after it, also while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

import services
from services.cli.preparing import house_of
from services.cli.speaking import WRONG_USE, settings_from
from shared.database import read_engine, take_your_time, write_engine
from shared.running import House
from shared.serving import CannotStart

Data = Annotated[Path | None, typer.Option(help="Folder with the data.")]


def stop(reason: str) -> NoReturn:
    """End with a sentence: what was asked for cannot be done."""
    typer.echo(reason, err=True)
    raise typer.Exit(WRONG_USE)


class Centre:
    """All services of a centre and their databases."""

    def __init__(self, data: Path | None) -> None:
        self.settings = settings_from(data_dir=data)
        self.services = {service.plate.name: service for service in services.load_all()}
        self._opened: list[Engine] = []
        for name in self.services:
            file = self.settings.database_file(name)
            if file and not Path(file).exists():
                stop(f"There is no database of {name} at {file}.")

    @cached_property
    def house(self) -> House:
        try:
            return house_of(list(self.services.values()), self.settings)
        except CannotStart as reason:
            stop(str(reason))

    @cached_property
    def readers(self) -> dict[str, Engine]:
        """The database of each service, to look into."""
        return {
            name: self._keep(read_engine(self.settings.database(name))) for name in self.services
        }

    @property
    def outside(self) -> list[str]:
        """The subscribers from outside, whose databases are not here."""
        return [plate.name for plate in self.house.directory.outside]

    @contextmanager
    def looking(self) -> Iterator[dict[str, Connection]]:
        """A look into every database."""
        opened = {name: engine.connect() for name, engine in self.readers.items()}
        try:
            yield opened
        finally:
            for connection in opened.values():
                connection.close()

    @contextmanager
    def writing(self, service: str) -> Iterator[Connection]:
        """One transaction in one database; the service that runs there sees it when it is done."""
        engine = self._keep(write_engine(self.settings.database(service)))
        with engine.begin() as connection:
            take_your_time(connection)
            yield connection

    def _keep(self, engine: Engine) -> Engine:
        self._opened.append(engine)
        return engine

    def close(self) -> None:
        for engine in self._opened:
            engine.dispose()

    def known(self, name: str) -> str:
        """The name of a service, or the end with a sentence."""
        if name not in self.services:
            stop(f"There is no service {name}. There are: {', '.join(self.services)}.")
        return name


@contextmanager
def centre(data: Path | None) -> Iterator[Centre]:
    """The centre, or the end with a sentence when a database cannot be used."""
    opened = Centre(data)
    try:
        yield opened
    except DBAPIError as error:
        stop(f"A database cannot be used: {str(error.orig).partition(chr(10))[0].rstrip('.')}.")
    except (NoSuchModuleError, ModuleNotFoundError):
        stop("RELAIS_DATABASE_URL names a kind of database that is not installed here.")
    finally:
        opened.close()
