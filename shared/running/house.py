"""What all services of a process have in common: settings, clock, mail, key, and who hears what."""

from collections.abc import Sequence
from functools import cached_property

from shared.backbone.subscribers import OutsideSubscriber, read_subscribers
from shared.clock import Clock
from shared.events import Event
from shared.mail import Mailer
from shared.sealing import Sealer, team_key
from shared.service import Directory, NamePlate, Service, audience
from shared.settings import Settings


class House:
    """`services` are all services there are, whether they run in this process or not.

    A house that is not `durable` writes faster and must be able to begin again after a crash.
    """

    def __init__(
        self,
        services: Sequence[Service],
        settings: Settings,
        clock: Clock,
        mailer: Mailer,
        *,
        durable: bool = True,
    ) -> None:
        self.services, self.settings = services, settings
        self.clock, self.mailer, self.durable = clock, mailer, durable

    @cached_property
    def directory(self) -> Directory:
        return Directory(
            plates=tuple(service.plate for service in self.services),
            outside=tuple(NamePlate(one.name, one.title, one.title) for one in self.outside),
        )

    @cached_property
    def outside(self) -> tuple[OutsideSubscriber, ...]:
        """The subscribers from outside, or `WrongSubscribers`."""
        names = [service.plate.name for service in self.services]
        return read_subscribers(self.settings.subscribers_file, names)

    @cached_property
    def sealer(self) -> Sealer:
        return Sealer(team_key(self.settings.key_file))

    @cached_property
    def ledger_keepers(self) -> list[str]:
        """The services that follow every receipt."""
        return [s.plate.name for s in self.services if s.handlers.on_receipts]

    @cached_property
    def hearing(self) -> dict[str, list[str]]:
        """The routing keys that services hear beside those of their own events."""
        return {s.plate.name: _hears(s) for s in self.services}

    def audience(self, event: Event, source: str) -> list[str]:
        """Whoever must be told of an event of `source`: services, and subscribers from outside."""
        outside = [one.name for one in self.outside if event.kind in one.hears]
        return sorted([*audience(event, source, self.services), *outside])


def _hears(service: Service) -> list[str]:
    hears = ["receipt.#"] if service.handlers.on_receipts else []
    return hears + (["heartbeat.#"] if service.handlers.on_heartbeat else [])
