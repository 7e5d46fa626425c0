"""What is done with an obligation: its words, what can be undone, what a late reader is told."""

from collections.abc import Mapping

from shared.i18n import N_

CHASED, TRANSFERRED, PAUSED, RESUMED = "chased", "transferred", "paused", "resumed"
DONE, NOT_NEEDED, UNDONE, MOVED = "done", "not-needed", "undone", "moved"

BY_CLOCK = "by-clock"
"""The code of what was resumed on its morning, and not by a person."""
UNDOABLE = frozenset({TRANSFERRED, PAUSED, RESUMED, DONE, NOT_NEEDED})
"""What can be taken back on the day on which it was done."""
ENDS = (DONE, NOT_NEEDED)
SHORTEST_REASON = 3
LONGEST_PAUSE_DAYS = 366

WORDS: Mapping[str, str] = {
    CHASED: N_("reminded by hand"),
    TRANSFERRED: N_("given to somebody else"),
    PAUSED: N_("paused"),
    RESUMED: N_("resumed"),
    DONE: N_("settled elsewhere"),
    NOT_NEEDED: N_("ended as no longer needed"),
    UNDONE: N_("taken back"),
    MOVED: N_("moved by rule"),
}

AUDITED: Mapping[str, str] = {
    CHASED: "chase-obligation",
    TRANSFERRED: "transfer-obligation",
    PAUSED: "pause-obligation",
    RESUMED: "resume-obligation",
    DONE: "settle-obligation",
    NOT_NEEDED: "end-obligation",
    UNDONE: "reopen-obligation",
}
"""What each deed is called in the audit."""

SINCE_THEN: Mapping[str, str] = {
    CHASED: N_("%(who)s reminded them at %(when)s, after you opened this page. Look again."),
    TRANSFERRED: N_(
        "%(who)s gave this to somebody else at %(when)s, after you opened this page. Look again."
    ),
    PAUSED: N_("%(who)s paused this at %(when)s, after you opened this page. Look again."),
    RESUMED: N_("%(who)s resumed this at %(when)s, after you opened this page. Look again."),
    DONE: N_("%(who)s marked this as settled at %(when)s, before you."),
    NOT_NEEDED: N_("%(who)s ended this as no longer needed at %(when)s, before you."),
    UNDONE: N_(
        "%(who)s took back what was done at %(when)s, after you opened this page. Look again."
    ),
    MOVED: N_("%(who)s moved this at %(when)s, after you opened this page. Look again."),
}
CHANGED_SINCE = N_("This has changed after you opened the page. Look at it again.")
"""When nobody did anything: news of the patient's care moved it."""
