"""What can be done with accounts: each verb once, whichever door it came in by."""

from services.accounts.actions.invitations import (
    accept_invitation,
    first_run_link,
    invitation_of,
    invite,
    join_first,
)
from services.accounts.actions.members import (
    add_member,
    all_members,
    all_units,
    change_member,
    choose,
    demo_members,
    disable_member,
    enable_member,
    member_of,
)
from services.accounts.actions.passwords import change_password, set_password, share_password
from services.accounts.actions.sign_ins import (
    end_sign_in,
    open_sign_ins,
    sign_in,
    sign_out,
)
from services.accounts.actions.tokens import add_token, all_tokens, revoke_token

__all__ = [
    "accept_invitation",
    "add_member",
    "add_token",
    "all_members",
    "all_tokens",
    "all_units",
    "change_member",
    "change_password",
    "choose",
    "demo_members",
    "disable_member",
    "enable_member",
    "end_sign_in",
    "first_run_link",
    "invitation_of",
    "invite",
    "join_first",
    "member_of",
    "open_sign_ins",
    "revoke_token",
    "set_password",
    "share_password",
    "sign_in",
    "sign_out",
]
