"""What comes before any work: the house with its key and its mail, and the databases' form."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError

from shared.clock import SystemClock
from shared.mail import mailer_for
from shared.migrations import OtherRelease, upgrade
from shared.running import House
from shared.service import Service
from shared.serving import CannotStart
from shared.settings import Settings


def house_of(every: list[Service], settings: Settings) -> House:
    """The house, with its files and the way to send mail tried before any work is done."""
    try:
        house = House(every, settings, SystemClock(), mailer_for(settings))
        house.sealer  # noqa: B018 - reads the key
        house.outside  # noqa: B018 - reads the file of subscribers
    except ValueError as error:
        raise CannotStart(f"{error}.") from None
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be read: {error.strerror}.") from None
    return house


def bring_up_to_date(services: list[Service], settings: Settings) -> None:
    """Give each service's database the form of this release; another process may be at it too."""
    for service in services:
        with _in_words(f"the database of {service.plate.name}"):
            upgrade(settings.database(service.plate.name), service.migrations)


@contextmanager
def _in_words(database: str) -> Iterator[None]:
    try:
        yield
    except OtherRelease:
        raise CannotStart(f"{database} was made by another release of Relais.") from None
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0].rstrip(".")
        raise CannotStart(f"{database} cannot be used: {reason}.") from None
    except (ArgumentError, ModuleNotFoundError) as error:
        why = "RELAIS_DATABASE_URL names a kind of database that is not installed here"
        raise CannotStart(f"{database} cannot be used: {why} ({error}).") from None
    except OSError as error:
        why = f"{error.filename} cannot be read: {error.strerror}"
        raise CannotStart(f"{database} cannot be used: {why}.") from None
