"""The pages of the exchange: messages that came, and the events that others can build on."""

from fastapi import APIRouter

from services.interop.pages import events, messages

router = APIRouter()
router.include_router(messages.router)
router.include_router(events.router)
