"""A report put together from the record: what was asked, found, done, and what became of it.

It is a draft for the physician, who reads and changes it before it is sent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from services.pain_physician.reading.medicines import in_words
from services.pain_physician.reading.pain import AVERAGE, numbers, points
from services.pain_physician.reading.record import Record, Sent
from services.pain_physician.rules import picture
from services.pain_physician.tables import Assessment, SentCourse
from shared.discipline.codes import FOLLOW_UP_POINTS, GONE, OUTCOMES, PGIC, REFERRAL_STATUS
from shared.discipline.course_codes import ADVERSE_EFFECTS, COURSE_STATUS, SEVERITIES
from shared.discipline.tables import Referral
from shared.discipline.wording import language_of, title_of
from shared.i18n import N_, translator
from shared.work import Work


def draft(work: Work, record: Record, referral: Referral | None) -> str:
    """The text of a report about a patient, in the language of whoever writes it."""
    writer = _Writer(work, record)
    sections = [
        (N_("The patient"), writer.standing()),
        (N_("Your question"), writer.question(referral)),
        (N_("What we found"), writer.found()),
        (N_("Medicines"), writer.medicines()),
        (N_("What was done"), writer.done()),
        (N_("Pain over time"), writer.pain()),
        (N_("Adverse events"), writer.adverse_events()),
        (N_("Follow-up"), writer.follow_ups()),
    ]
    written = [(title, list(lines)) for title, lines in sections]
    return "\n\n".join("\n".join([writer.say(title), *lines]) for title, lines in written if lines)


class _Writer:
    """Writes the sections: each a list of lines, none when there is nothing to say."""

    def __init__(self, work: Work, record: Record) -> None:
        self._work, self._record = work, record
        self._language = language_of(work)
        self.say: Callable[[str], str] = translator(self._language).gettext

    def standing(self) -> Iterator[str]:
        """Whoever reads it must know this first."""
        patient = self._record.patient
        if patient.is_gone:
            day = self._day(patient.status_on) if patient.status_on else ""
            yield self.say(GONE[f"patient-{patient.status}"]) + (f": {day}." if day else ".")

    def question(self, referral: Referral | None) -> Iterator[str]:
        if referral is not None:
            yield referral.question

    def found(self) -> Iterator[str]:
        for seen in self._record.assessments[:1]:
            yield self._pain_of(seen)
            yield from self._scores(seen)

    def medicines(self) -> Iterator[str]:
        for medicine in reversed(self._record.medicines):
            yield f"- {in_words(self._work, medicine)}"

    def done(self) -> Iterator[str]:
        for sent in reversed(self._record.sent):
            yield f"- {self._referral(sent)}"
            for course in self._record.courses:
                if course.referral_id == sent.referral.id:
                    yield f"  {self._course(course)}"
            if sent.referral.report:
                yield f"  {sent.referral.report}"

    def pain(self) -> Iterator[str]:
        measured = points(self._work, self._record.patient.id, AVERAGE)
        if len(measured) > 1:
            ends = (measured[0], measured[-1])
            before, now = (f"{self._number(p.value)}/10 ({self._day(p.at)})" for p in ends)
            yield self._fill(
                N_("Average pain: %(before)s at first, %(now)s last; %(num)s measures."),
                before=before,
                now=now,
                num=len(measured),
            )

    def adverse_events(self) -> Iterator[str]:
        for event in reversed(self._record.adverse_events):
            effect = self._word(ADVERSE_EFFECTS, event.code)
            severity = self._word(SEVERITIES, event.severity)
            yield f"- {self._day(event.occurred_at)}: {effect}, {severity}"
        if self._record.courses and not self._record.adverse_events:
            yield self.say(N_("No adverse event is on record here."))

    def follow_ups(self) -> Iterator[str]:
        for sent in reversed(self._record.sent):
            for each in sent.follow_ups:
                if each.status == "done":
                    point = self._word(FOLLOW_UP_POINTS, each.point)
                    pain = f"{each.nrs}/10" if each.nrs is not None else ""
                    change = self.say(PGIC[each.pgic]) if each.pgic else ""
                    yield f"- {point}: {', '.join(filter(None, (pain, change)))}"

    def _pain_of(self, seen: Assessment) -> str:
        areas = ", ".join(self._words(picture.AREAS, seen.areas))
        where = f"{self.say(picture.SIDES[seen.side])}: {areas}"
        kinds = ", ".join(self._words(picture.BACKGROUND, seen.background))
        parts = filter(None, (self.say(picture.CAUSES[seen.cause]), where, kinds))
        return f"{self._day(seen.recorded_at)}: {'; '.join(parts)}."

    def _scores(self, seen: Assessment) -> Iterator[str]:
        if seen.nrs_average is not None:
            yield self._fill(
                N_("Pain of 10: worst %(worst)s, least %(least)s, average %(average)s."),
                worst=seen.nrs_worst,
                least=seen.nrs_least,
                average=seen.nrs_average,
            )
        if seen.dn4 is not None:
            yield f"DN4: {seen.dn4}/10."

    def _referral(self, sent: Sent) -> str:
        referral = sent.referral
        state = self._word(REFERRAL_STATUS, referral.status)
        head = f"{title_of(self._work, referral.performer)} ({self._day(referral.requested_at)})"
        counts = self._fill(
            N_("sessions given: %(done)s, missed: %(missed)s"),
            done=sent.count("completed"),
            missed=sent.count("missed"),
        )
        outcome = [self._word(OUTCOMES, referral.outcome_code)] if referral.outcome_code else []
        return ", ".join([f"{head}: {state}", *outcome, *([counts] if sent.sessions else [])])

    def _course(self, course: SentCourse) -> str:
        seen = numbers(self._work, course)
        status = self._word(COURSE_STATUS, course.status)
        line = self._fill(
            N_("%(protocol)s: %(status)s, %(given)s of %(planned)s sessions given."),
            protocol=self.say(course.protocol_title or course.protocol),
            status=status,
            given=seen.given,
            planned=course.sessions,
        )
        if seen.response is None:
            return line
        return f"{line} " + self._fill(
            N_("Average pain from %(before)s to %(after)s: relief of %(percent)s per cent."),
            before=self._number(seen.response.baseline.value),
            after=self._number(seen.response.value),
            percent=seen.response.shown,
        )

    def _fill(self, sentence: str, **values: object) -> str:
        return self.say(sentence) % values

    def _word(self, titles: Mapping[str, str], code: str) -> str:
        return self.say(titles.get(code, code))

    def _words(self, titles: Mapping[str, str], codes: Iterable[str]) -> list[str]:
        return [self._word(titles, code).lower() for code in codes]

    def _number(self, value: float) -> str:
        return str(format_decimal(value, locale=self._language))

    def _day(self, moment: date) -> str:
        there = moment.astimezone(self._work.zone) if isinstance(moment, datetime) else moment
        return str(format_date(there, "d MMM y", locale=self._language))
