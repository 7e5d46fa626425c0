"""The pages of accounts: signing in, one's own profile, members and their leave, units, tokens."""

from fastapi import APIRouter

from services.accounts.pages import joining, leave, members, profile, signing, tokens, units

router = APIRouter(include_in_schema=False)
for _part in (signing, joining, profile, leave, members, units, tokens):
    router.include_router(_part.router)
