"""What the rTMS unit adds to the work of all disciplines: stimulation only behind its gates."""

from uuid import UUID

from services.rtms_unit.actions import courses, gates, relapse, screening, stopping
from services.rtms_unit.actions.courses.ending import refuse_unfinished, revoke_of
from services.rtms_unit.actions.sheet import refuse_unless_written
from services.rtms_unit.reading import panels
from services.rtms_unit.reading.in_course import in_course
from services.rtms_unit.reading.pain import pain
from services.rtms_unit.reading.shown import course_panel
from services.rtms_unit.rules.sheet import refuse_unless_started
from shared.discipline.practice import Panel, Practice
from shared.discipline.tables import CareSession, Measurement, Referral
from shared.work import Work

ENDS = ("complete", "interrupt", "miss", "cancel")


class RtmsPractice(Practice):
    """Sessions of a course are started and saved behind the gates; other visits have none."""

    def before(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        if verb == "complete-referral":
            refuse_unfinished(work, referral)
        place = in_course(work, session.id) if session else None
        if place is None or session is None:
            return
        if verb == "move":
            courses.refuse_alone()
        if verb in ("complete", "interrupt"):
            refuse_unless_started(session.status)
            refuse_unless_written(work, session.id)
        gates.refuse_if_closed(work, verb, referral, place.course.id, session.id)

    def after(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        if verb == "accept":
            screening.owe(work, referral)
            stopping.stop_for_earlier_news(work, referral)
        if verb == "withdraw":
            revoke_of(work, referral)
        if session is not None and verb in ENDS:
            courses.session_ended(work, session, verb)

    def panels(self, work: Work, referral: Referral) -> list[Panel]:
        return [*panels.safety(work, referral), course_panel(work, referral), *pain(work, referral)]

    def session_panels(self, work: Work, session: CareSession) -> list[Panel]:
        return panels.visit(work, session)

    def concerned(self, work: Work, referral: Referral, concern_id: UUID, reason_code: str) -> None:
        stopping.stop_in_crisis(work, referral, concern_id, reason_code)

    def measured(self, work: Work, measurement: Measurement) -> None:
        relapse.watch(work, measurement)


practice = RtmsPractice()
