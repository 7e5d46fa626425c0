"""What a service is: a name plate, and the doors through which work comes in."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlmodel import SQLModel

from shared.backbone.receipts import Heartbeat, Receipt
from shared.clock import Running
from shared.errors import NotFound
from shared.events import EVENTS, Event, newest
from shared.mail import Mailer
from shared.settings import Settings
from shared.work import Work

E = TypeVar("E", bound=Event)
AnyHandler = Callable[[Any, Work], None]
Need = tuple[type[SQLModel], object]
"""A table, and the key of a row."""
Needs = Callable[[E], Iterable[Need]]
Job = Callable[[Work], bool]
Checks = Callable[[Work], list[str]]


@dataclass(frozen=True)
class Page:
    """An entry of the main navigation, shown to members who have one of the roles."""

    path: str
    title: str
    roles: tuple[str, ...]
    rank: int = 50


@dataclass(frozen=True)
class NamePlate:
    """All that the others may know of a service. `name` is its folder, URL, queue, database.

    `takes_referrals`: it is offered when somebody refers a patient.
    `from_outside`: referrals of other organisations come to it (one service of a centre).
    `reaches_out`: its worker talks to servers of others, such as the mail server.
    `roles`: the roles that act in it; `pages`: its entries in the main navigation.
    `announces`: the facts that it tells the others.
    """

    name: str
    title: str
    title_fr: str = ""
    takes_referrals: bool = False
    from_outside: bool = False
    reaches_out: bool = False
    roles: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    announces: tuple[type[Event], ...] = ()


@dataclass(frozen=True)
class Directory:
    """The name plates of the whole house, in the order of their names."""

    plates: tuple[NamePlate, ...]
    outside: tuple[NamePlate, ...] = ()
    """Of the subscribers from outside, which have neither roles nor pages."""

    @property
    def subscribers(self) -> tuple[NamePlate, ...]:
        """Whoever can hear events: the services, and then the subscribers from outside."""
        return self.plates + self.outside

    def plate(self, name: str) -> NamePlate:
        for plate in self.plates:
            if plate.name == name:
                return plate
        raise NotFound

    def taking_referrals(self, besides: str = "") -> list[NamePlate]:
        """The services that somebody of `besides` can refer to."""
        return [p for p in self.plates if p.takes_referrals and p.name != besides]

    def front_door(self) -> NamePlate:
        """The service that referrals from outside come to."""
        for plate in self.plates:
            if plate.from_outside:
                return plate
        raise NotFound


@dataclass(frozen=True)
class Subscription:
    """What a service hears: a kind, all of it or only where the field `where` is its own name."""

    kind: str
    where: str = ""


class Handlers:
    """The second door: events in. One service may have several handlers for one event."""

    def __init__(self) -> None:
        self.by_event: dict[type[Event], list[tuple[str, AnyHandler]]] = {}
        self.needs: dict[AnyHandler, Needs[Any]] = {}
        self.on_heard: Callable[[list[Work]], None] | None = None
        """Called once for all events that are handled in a transaction, after their handlers."""
        self.on_receipts: Callable[[list[Receipt], Work], None] | None = None
        """Called with every receipt of the house: for the service that keeps the ledger."""
        self.on_heartbeat: Callable[[Heartbeat, Work], None] | None = None

    def on(
        self, event: type[E], *, where: str = "", needs: Needs[E] | None = None
    ) -> Callable[[Callable[[E, Work], None]], Callable[[E, Work], None]]:
        """Register a handler; with `where="performer"` only events whose performer is oneself.

        A handler gets the newest version of its event, whichever version was announced.
        `needs` names rows that it will ask for with `work.find` or `work.get`: those of many events
        are then read in one go, and written in one go. It promises that the handler adds such rows
        with `work.add`, removes none, and looks for others with queries of objects alone: the
        session writes what is pending before it asks them.
        """
        if (event.kind, event.version + 1) in EVENTS:
            raise TypeError(f"{event.kind} has a newer version than {event.version}; hear that")

        def register(handler: Callable[[E, Work], None]) -> Callable[[E, Work], None]:
            self.by_event.setdefault(event, []).append((where, handler))
            if needs:
                self.needs[handler] = needs
            return handler

        return register

    def include(self, other: "Handlers") -> None:
        """Take over the handlers of another list (those that all disciplines share)."""
        for event, registered in other.by_event.items():
            self.by_event.setdefault(event, []).extend(registered)
        self.needs |= other.needs
        self.on_heard = self.on_heard or other.on_heard
        self.on_receipts = self.on_receipts or other.on_receipts
        self.on_heartbeat = self.on_heartbeat or other.on_heartbeat

    def subscriptions(self) -> set[Subscription]:
        return {
            Subscription(event.kind, where)
            for event, registered in self.by_event.items()
            for where, _ in registered
        }

    def needed(self, event: Event) -> list[Need] | None:
        """The rows that the handlers will ask for, or None if one of them does not say."""
        registered = self.by_event.get(type(event), [])
        if not all(handler in self.needs for _, handler in registered):
            return None
        return [row for _, handler in registered for row in self.needs[handler](event)]

    def apply(self, service: str, event: Event, work: Work) -> None:
        """Call every handler that this event concerns."""
        for where, handler in self.by_event.get(type(event), []):
            if not where or getattr(event, where, None) == service:
                handler(event, work)


class WorkPlace(Protocol):
    """What a job that must not hold a transaction while it waits (mail, HTTP) gets instead."""

    name: str
    settings: Settings
    mailer: Mailer

    def now(self) -> datetime: ...
    def running(self) -> Running: ...
    def work(self) -> AbstractContextManager[Work]: ...
    def look(self) -> AbstractContextManager[Work]: ...


@dataclass
class Jobs:
    """The third door: the clock. A job does one piece of work and says whether more is due."""

    every_seconds: dict[Job, float] = field(default_factory=dict)
    outside: dict[Callable[[WorkPlace], bool], float] = field(default_factory=dict)
    needs_a_person: Callable[[Work], Mapping[str, int]] | None = None
    """How much of each kind somebody must look at, for those who watch over the house."""

    def every(self, seconds: float) -> Callable[[Job], Job]:
        """A job that runs inside one transaction."""

        def register(job: Job) -> Job:
            self.every_seconds[job] = seconds
            return job

        return register

    def every_outside(
        self, seconds: float
    ) -> Callable[[Callable[[WorkPlace], bool]], Callable[[WorkPlace], bool]]:
        """A job that opens its own transactions, because it talks to the world between them."""

        def register(job: Callable[[WorkPlace], bool]) -> Callable[[WorkPlace], bool]:
            self.outside[job] = seconds
            return job

        return register

    def include(self, other: "Jobs") -> None:
        self.every_seconds.update(other.every_seconds)
        self.outside.update(other.outside)
        self.needs_a_person = self.needs_a_person or other.needs_a_person


@dataclass(frozen=True)
class Service:
    """A service's folder, loaded. `tables` are the metadata that its database holds."""

    plate: NamePlate
    routers: tuple[APIRouter, ...]
    handlers: Handlers
    jobs: Jobs
    tables: tuple[MetaData, ...]
    migrations: tuple[str, ...]
    """Folders with Alembic revisions, for each metadata one."""
    practice: object = None
    """What it adds to the work that all disciplines do alike."""
    checks: Checks | None = None
    """What must always be true in it; each sentence says what is not."""


def audience(event: Event, source: str, services: Iterable[Service]) -> list[str]:
    """The services that must be told: every subscriber but the one that announces."""
    return sorted(
        service.plate.name
        for service in services
        if service.plate.name != source and _hears(service, event)
    )


def _hears(service: Service, event: Event) -> bool:
    name = service.plate.name
    event = newest(event)
    registered = service.handlers.by_event.get(type(event), [])
    return any(not where or getattr(event, where, None) == name for where, _ in registered)
