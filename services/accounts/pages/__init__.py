"""The pages of accounts: signing in, one's own profile, the members, the service tokens."""

from fastapi import APIRouter

from services.accounts.pages import joining, members, profile, signing, tokens

router = APIRouter(include_in_schema=False)
for _part in (signing, joining, profile, members, tokens):
    router.include_router(_part.router)
