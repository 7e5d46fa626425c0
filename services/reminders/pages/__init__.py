"""The pages of the reminders: the mailbox, and what the links of mails open."""

from fastapi import APIRouter

from services.reminders.pages import calendar, daily, mailbox, notices, opening

router = APIRouter(include_in_schema=False)
for _part in (mailbox, notices, opening, daily, calendar):
    router.include_router(_part.router)
