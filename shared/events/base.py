"""What every event is: a fact, named in the past tense, that never changes once announced."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

EVENTS: dict[tuple[str, int], type["Event"]] = {}


class UnknownEvent(Exception):
    """No class of this release has that kind and version; the event waits until one does."""


class Event(BaseModel):
    """A fact. A new optional field keeps the version; any other change is a new class.

    `stream` says whose events must stay in order (the patient's, or the member's for facts about
    staff). Names and free text appear only in sealed fields. What is `house_only` is told to no
    system outside.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    kind: ClassVar[str]
    version: ClassVar[int]
    stream_field: ClassVar[str] = "patient_id"
    house_only: ClassVar[bool] = False

    def __init_subclass__(cls, kind: str = "", version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if kind:
            cls.kind, cls.version = kind, version
            if (kind, version) in EVENTS:
                raise TypeError(f"two classes for {kind} version {version}")
            if version > 1 and ((kind, version - 1) not in EVENTS or "upcast" not in vars(cls)):
                raise TypeError(f"{kind} version {version} does not say how it follows from before")
            EVENTS[kind, version] = cls

    @classmethod
    def upcast(cls, older: Any) -> "Event":
        """The same fact in this version, from the version before; each new version has its own."""
        raise NotImplementedError

    @property
    def stream(self) -> UUID:
        value: UUID = getattr(self, self.stream_field)
        return value


class PatientEvent(Event):
    """A fact about a patient."""

    patient_id: UUID


def event_class(kind: str, version: int) -> type[Event]:
    """The class for a kind and version, or `UnknownEvent`."""
    try:
        return EVENTS[kind, version]
    except KeyError:
        raise UnknownEvent(f"{kind} version {version} is not known to this release") from None


def newest(event: Event) -> Event:
    """The same fact in the newest version of its kind, which is the one that handlers get."""
    while later := EVENTS.get((event.kind, event.version + 1)):
        event = later.upcast(event)
    return event
