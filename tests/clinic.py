"""The whole care team in one process, without threads: time and events move when told to."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from fastapi.testclient import TestClient

import services
from services.accounts import actions as accounts
from shared.access.sign_in import SignIn, cookie_name, viewer_of, written
from shared.access.viewer import (
    ADMINISTRATOR,
    COORDINATOR,
    PHYSICIAN,
    PSYCHOLOGIST,
    RTMS_OPERATOR,
    THERAPIST,
    Viewer,
)
from shared.app import create_app
from shared.backbone.bus import forget_memory
from shared.backbone.verify import verify
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.settings import Settings
from shared.work import Work

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(hours=12)


class Clinic:
    """Real services, real tables, real queue code: only the clock and the mail server differ."""

    physician: UUID
    operator: UUID
    psychologist: UUID
    therapist: UUID
    coordinator: UUID
    administrator: UUID

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        forget_memory()
        self.clock, self.mailer = VirtualClock(MONDAY), MemoryMailer()
        self.settings = settings or Settings(data_dir=folder)
        house = services.load_all()
        self.team = Team(house, House(house, self.settings, self.clock, self.mailer))
        self.app = create_app(self.team, threads=False)
        self.team.settle()

    def staff(self) -> None:
        """One member for each role."""
        join, lead = self.join, self.team.directory.front_door().name
        self.physician = join("Dr Élise Caradec", roles=[PHYSICIAN], units=[lead])
        self.operator = join("Tomas Hartl", roles=[RTMS_OPERATOR], units=["rtms_unit"])
        self.psychologist = join("Nora Benali", roles=[PSYCHOLOGIST], units=["psychologist"])
        self.therapist = join("Ilse Verbeke", roles=[THERAPIST], units=["psychophysical_therapist"])
        self.coordinator = join("Claire Morvan", roles=[COORDINATOR], units=["coordinator"])
        self.administrator = join("Paul Adam", roles=[ADMINISTRATOR], units=[])
        self.settle()

    def know_staff(self, text: str) -> None:
        """The members of a clinic that was staffed before: a line `role id` for each."""
        for role, member_id in (line.split() for line in text.splitlines()):
            setattr(self, role, UUID(member_id))

    def join(
        self,
        name: str,
        email: str = "",
        *,
        roles: list[str],
        units: list[str],
        language: str = "en",
    ) -> UUID:
        """A new member of the team."""
        address = email or f"{new_id().hex}@clinic.example"
        with self.team["accounts"].work() as work:
            return accounts.add_member(work, name, address, roles, units, language).id

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def settle(self) -> None:
        """Deliver events, and what they cause, until nothing moves."""
        self.team.settle()

    def wait(self, **duration: float) -> None:
        """Let time pass, run what is due, and settle."""
        self.clock.move(**duration)
        self.team.tick()

    def cookie(self, member_id: UUID) -> str:
        """An open sign-in of a member, as the browser keeps it."""
        opened = SignIn(new_id(), member_id, self.now, self.now + DAY)
        return written(self.settings, opened)

    def http(self, member_id: UUID | None = None, *, language: str = "en") -> TestClient:
        """A browser, signed in as this member; None is a stranger."""
        browser = TestClient(
            self.app,
            follow_redirects=False,
            raise_server_exceptions=False,
            headers={"accept-language": language, "sec-fetch-site": "same-origin"},
        )
        if member_id is not None:
            browser.cookies.set(cookie_name(self.settings), self.cookie(member_id))
        return browser

    def viewer(self, service: str, member_id: UUID) -> Viewer:
        """The member as this service knows him or her."""
        opened = SignIn(new_id(), member_id, self.now, self.now + DAY)
        with self.team[service].look() as work:
            viewer = viewer_of(work.session, opened, self.now)
        assert viewer is not None
        return viewer

    @contextmanager
    def work(self, service: str, member_id: UUID | None = None) -> Iterator[Work]:
        """A unit of work of a service, for a member or for the service itself."""
        viewer = self.viewer(service, member_id) if member_id else None
        with self.team[service].work(viewer=viewer) as work:
            yield work
        self.settle()

    def look(self, service: str) -> AbstractContextManager[Work]:
        """A look at what a service keeps."""
        return self.team[service].look()

    def verify(self) -> list[str]:
        """What the books of the services disagree about: nothing, in a clinic that works."""
        return verify({r.name: r.reader for r in self.team}, settled=True)

    def close(self) -> None:
        self.team.stop()
