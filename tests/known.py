"""What a clinic knows: real identifiers for every place of an address."""

import re
from collections.abc import Sequence

from sqlalchemy import text

from tests.clinic import Clinic

PLACE = re.compile(r"\{([^}]+)\}")
TABLES = {
    "adverse_event_id": ("adverse_event",),
    "change_id": ("plan_change",),
    "closure_id": ("closure",),
    "coil_id": ("coil",),
    "concern_id": ("concern",),
    "course_id": ("course",),
    "entry_id": ("calendar_entry",),
    "follow_up_id": ("follow_up",),
    "gate_id": ("gate",),
    "letter_id": ("letter",),
    "machine_id": ("machine",),
    "mail_id": ("mail",),
    "measurement_id": ("measurement",),
    "medication_id": ("medication",),
    "member_id": ("member",),
    "obligation_id": ("obligation",),
    "patient_id": ("patient",),
    "referral_id": ("referral",),
    "reminder_id": ("reminder",),
    "session_id": ("session",),
    "sign_in_id": ("sign_in",),
    "removed_id": ("removed_absence",),
    "token_id": ("service_token",),
    "unit_change_id": ("unit_change",),
}
SENT = {"referral_id": ("sent_referral",)}
"""The same place in addresses about what was sent."""


class Known:
    """The identifiers that each service keeps, by the place where an address names them."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._ids: dict[tuple[str, str], Sequence[str]] = {}

    def ids(self, address: str, place: str) -> Sequence[str]:
        """Oldest first; empty for a place that is no identifier."""
        service, kind = address.split("/")[1:3] if address.count("/") > 1 else ("", "")
        inside = kind if kind != "api" else address.split("/")[3]
        tables = SENT if inside == "sent" else TABLES
        return [key for table in tables.get(place, ()) for key in self._of(service, table)]

    def _of(self, service: str, table: str) -> Sequence[str]:
        if (service, table) not in self._ids:
            with self._clinic.team[service].reader.connect() as connection:
                rows = connection.execute(text(f'select id from "{table}" order by id'))  # noqa: S608
                self._ids[service, table] = [_dashed(str(row.id)) for row in rows]
        return self._ids[service, table]


def _dashed(key: str) -> str:
    """SQLite keeps identifiers without dashes."""
    digits = key.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
