"""Names and times as they stand in a sentence, in the language of whoever reads it."""

from datetime import datetime
from uuid import UUID

from babel.dates import format_datetime

from shared.access.members import name_of
from shared.discipline.tables import Referral
from shared.errors import NotFound
from shared.events import OUTSIDE
from shared.i18n import N_, translator
from shared.work import Work

REFERRER = "referrer"
"""The author of a step that came from whoever sent the patient."""


def language_of(work: Work) -> str:
    return work.viewer.language if work.viewer else "en"


def in_words(work: Work, moment: datetime) -> str:
    """Day and time at the centre: `Tue 24 Nov 10:12`; with the year when it is another one."""
    there, today = moment.astimezone(work.zone), work.today
    pattern = "EEE d MMM HH:mm" if there.year == today.year else "EEE d MMM y HH:mm"
    return str(format_datetime(there, pattern, tzinfo=work.zone, locale=language_of(work)))


def who_is(work: Work, by: str, referral: Referral) -> str:
    """The name behind an author: a member, the referrer, or a service."""
    kind, _, key = by.partition(":")
    if kind == "member":
        return name_of(work, UUID(key)) or _said(work, N_("A member of the team"))
    if by == REFERRER:
        return referral.referrer or title_of(work, referral.requester)
    return title_of(work, key)


def title_of(work: Work, service: str) -> str:
    """The title of a service; a referrer outside the team has none."""
    if service == OUTSIDE:
        return _said(work, N_("The outside referrer"))
    try:
        plate = work.directory.plate(service)
    except NotFound:
        return service
    return (plate.title_fr if language_of(work) == "fr" else "") or plate.title


def _said(work: Work, words: str) -> str:
    return translator(language_of(work)).gettext(words)
