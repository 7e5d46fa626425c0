"""What a physician may decide here: only what waits for this service, once, and with a reason."""

from shared.errors import RuleBroken
from shared.i18n import N_

CLOSED, RELEASED, UPHELD = "closed", "released", "upheld"
DECIDE = "decide"


def refuse_decided(state: str, who: str, when: str) -> None:
    """The first decision counts."""
    if state != CLOSED:
        raise RuleBroken(
            N_("%(who)s has already decided at this gate, on %(when)s."), who=who, when=when
        )


def refuse_undecidable(ask: str, here: bool) -> None:
    """What must first be done is not decided away, nor what somebody else is asked."""
    if ask != DECIDE:
        raise RuleBroken(N_("Nobody can decide this away: what is asked here must be done first."))
    if not here:
        raise RuleBroken(N_("Another service is asked to decide here."))


def refuse_stale(seen: int | None, version: int) -> None:
    """Refuse a decision that was made without what has come since."""
    if seen is not None and seen != version:
        raise RuleBroken(
            N_(
                "Something was added here after you opened the page. Nothing was decided: "
                "please look again."
            )
        )


def refuse_acknowledged(who: str) -> None:
    """The first acknowledgement counts."""
    if who:
        raise RuleBroken(N_("%(who)s has already acknowledged this."), who=who)
