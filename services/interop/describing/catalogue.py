"""Every event with who announces it and who hears it: by service, and from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.interop.describing.schemas import name_of, sentence_of
from shared.backbone.subscribers import OutsideSubscriber
from shared.events import EVENTS, Event
from shared.service import NamePlate, Service


@dataclass(frozen=True)
class Described:
    """One event. `named_in` are its fields that name the one service which hears it, too."""

    event: type[Event]
    announced_by: tuple[NamePlate, ...]
    heard_by: tuple[NamePlate, ...]
    named_in: tuple[str, ...]
    outside: tuple[OutsideSubscriber, ...]

    @property
    def name(self) -> str:
        return name_of(self.event)

    @property
    def group(self) -> str:
        """What it is about: the first part of its kind."""
        return self.event.kind.partition(".")[0]

    @property
    def sentence(self) -> str:
        return sentence_of(self.event)

    @property
    def source(self) -> str:
        """A service that announces it, for examples."""
        return next((plate.name for plate in self.announced_by), "interop")

    @property
    def is_newest(self) -> bool:
        return (self.event.kind, self.event.version + 1) not in EVENTS


def catalogue(
    services: Sequence[Service], outside: Sequence[OutsideSubscriber] = ()
) -> list[Described]:
    """All events of this release, in the order of their kinds."""
    return [_described(EVENTS[key], services, outside) for key in sorted(EVENTS)]


def _described(
    event: type[Event], services: Sequence[Service], outside: Sequence[OutsideSubscriber]
) -> Described:
    announcing = tuple(s.plate for s in services if event.kind in _kinds(s.plate))
    heard = [(s.plate, where) for s in services for where in _wheres(s, event)]
    whole = dict.fromkeys(plate for plate, where in heard if not where)
    return Described(
        event=event,
        announced_by=announcing,
        # Nobody hears what he says himself.
        heard_by=tuple(plate for plate in whole if announcing != (plate,)),
        named_in=tuple(sorted({where for _, where in heard if where})),
        outside=tuple(one for one in outside if event.kind in one.hears),
    )


def _kinds(plate: NamePlate) -> set[str]:
    return {event.kind for event in plate.announces}


def _wheres(service: Service, event: type[Event]) -> Iterator[str]:
    """How a service hears a kind: with "" all of it, else where a field has its name."""
    for subscription in service.handlers.subscriptions():
        if subscription.kind == event.kind:
            yield subscription.where
