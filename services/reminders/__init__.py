"""Reminders: whoever owes something is told by e-mail, and every mail can be accounted for."""

from shared.access.viewer import ROLES
from shared.events import ReminderAcknowledged, ReminderFailed, ReminderSent
from shared.i18n import N_
from shared.service import NamePlate, Page

PLATE = NamePlate(
    "reminders",
    title="Reminders",
    title_fr="Rappels",
    reaches_out=True,
    pages=(Page("/reminders/mails", N_("Mails"), roles=ROLES, rank=80),),
    announces=(ReminderAcknowledged, ReminderFailed, ReminderSent),
)
