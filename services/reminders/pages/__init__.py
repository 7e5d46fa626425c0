"""The pages of the reminders: the mailbox, and what the links of mails open."""

from fastapi import APIRouter

from services.reminders.pages import mailbox

router = APIRouter(include_in_schema=False)
for _part in (mailbox,):
    router.include_router(_part.router)
