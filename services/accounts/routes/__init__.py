"""Accounts for programs: the same verbs as on the pages, in JSON."""

from fastapi import APIRouter

from services.accounts.routes import leave, members, units

router = APIRouter(prefix="/api")
for _part in (members, leave, units):
    router.include_router(_part.router)
