"""What the unit says of itself: when it is open, and when a patient cannot come."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from services.rtms_unit.reading.unit import clock_of
from services.rtms_unit.rules.planning import Days, Window
from services.rtms_unit.rules.planning.opening import check_days, check_hours
from services.rtms_unit.tables import OpeningHours, UnavailableDay
from shared.discipline.actions.records import to_change
from shared.discipline.reading import require_colleague
from shared.discipline.tables import Referral
from shared.work import Work


def set_hours(work: Work, windows: Sequence[Window]) -> None:
    """The opening hours of the week from now on; what is booked stays where it is."""
    require_colleague(work)
    check_hours(windows)
    work.session.execute(delete(OpeningHours))
    for each in windows:
        work.add(
            OpeningHours(
                weekday=each.weekday,
                opens=clock_of(each.opens),
                closes=clock_of(each.closes),
                operators=each.operators,
            )
        )
    work.audit("hours-changed", None)


def add_away(work: Work, referral_id: UUID, days: Days) -> UnavailableDay:
    """Write down that a patient cannot come on some days."""
    referral = to_change(work, Referral, referral_id)
    check_days(days, work.today)
    row = UnavailableDay(patient_id=referral.patient_id, first=days.first, last=days.last)
    work.add(row)
    work.audit("away-added", referral.patient_id)
    return row


def remove_away(work: Work, referral_id: UUID, key: UUID) -> None:
    """The patient can come after all."""
    referral = to_change(work, Referral, referral_id)
    row = work.get(UnavailableDay, key)
    if row.patient_id == referral.patient_id:
        work.session.delete(row)
        work.audit("away-removed", referral.patient_id)
