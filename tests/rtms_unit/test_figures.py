"""Who responded, by protocol and point: with every number, those who were not measured included."""

from datetime import timedelta
from uuid import UUID

from services.rtms_unit.reading.figures import figures
from shared.events import MeasurementRecorded
from shared.identifiers import new_id
from shared.measuring import Rate
from tests.clinic import Clinic
from tests.referring import Referred, say
from tests.rtms_unit.planner import end, go_to, machine, planned, ready, seen, session, wish


def measured(clinic: Clinic, patient_id: UUID, value: int) -> None:
    """The physician asked for the average pain just now."""
    say(
        clinic,
        "pain_physician",
        MeasurementRecorded(
            patient_id=patient_id,
            measurement_id=new_id(),
            code="nrs-average",
            value=value,
            context="assessment",
            measured_at=clinic.now,
        ),
    )


def treated(clinic: Clinic, family: str, before: int | None) -> tuple[Referred, UUID]:
    """A patient whose induction of ten sessions is planned."""
    sent = ready(clinic, family)
    if before is not None:
        measured(clinic, sent.patient_id, before)
    return sent, planned(clinic, sent, wish("induction-10"))


def test_the_figures_count_who_was_not_measured(clinic: Clinic) -> None:
    machine(clinic)
    machine(clinic, "Magstim 2")
    patients = [
        (*treated(clinic, "Lefèvre", 8), 4),  # relieved by half: a responder
        (*treated(clinic, "Martin", 8), 7),
        (*treated(clinic, "Petit", 8), None),  # nobody asked at the end
        (*treated(clinic, "Robert", None), 3),  # nobody asked before
    ]
    last = seen(clinic, patients[0][1]).lines[-1].place.day
    for _, course, _ in patients:
        for ordinal in range(1, 11):
            end(clinic, session(clinic, course, ordinal), "completed")
    go_to(clinic, last, 18)
    for sent, _, after in patients:
        if after is not None:
            measured(clinic, sent.patient_id, after)

    begun, today = clinic.now.date() - timedelta(days=60), clinic.now.date()
    with clinic.look("rtms_unit") as work:
        [found] = figures(work, begun, today)
        assert figures(work, begun, begun) == [], "none of them began then"
    assert (found.protocol.code, found.protocol.version, found.treated) == ("induction-10", 1, 4)
    assert found.rates == {"end-of-induction": Rate(treated=4, measured=2, responders=1)}

    page = clinic.http(clinic.coordinator).get("/rtms_unit/figures").text
    assert "1 of 2 measured (50 %)" in page
    assert "2 not measured" in page
    file = clinic.http(clinic.operator).get("/rtms_unit/figures.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    [_, line] = file.text.strip().splitlines()
    assert line == "Induction of ten sessions,1,End of the induction,4,4,2,2,1,50"


def test_without_courses_the_page_says_what_to_do(clinic: Clinic) -> None:
    page = clinic.http(clinic.operator).get("/rtms_unit/figures?first=nonsense&last=2026-02-30")
    assert page.status_code == 200
    assert "No course began in this period." in page.text
    assert clinic.http(clinic.therapist).get("/rtms_unit/figures").status_code == 403
    assert clinic.http(clinic.therapist).get("/rtms_unit/figures.csv").status_code == 403
