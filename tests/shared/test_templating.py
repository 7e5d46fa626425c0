"""Dates, ages and numbers as people read them, in both languages."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from shared.i18n import choose_language, translator
from shared.service import NamePlate
from shared.templating import Templates, static

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # 09:00 in Paris


class Desk:
    """A place to try small templates: one file each, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates = Templates(beside=(folder,))

    def fill(
        self,
        source: str,
        language: str = "en",
        kind: str = "txt",
        now: datetime = NOW,
        **values: Any,
    ) -> str:
        name = f"trial-{abs(hash(source))}.{kind}"
        (self._folder / name).write_text(source, encoding="utf-8")
        return self._templates.render(name, language=language, now=now, **values)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "Tue 1 Dec 2026 09:00"), ("fr", "mar. 1 déc. 2026 09:00")]
)
def test_a_moment_is_shown_in_the_zone_of_the_centre(desk: Desk, language: str, shown: str) -> None:
    assert desk.fill("{{ x | when }}", language, x=NOW) == shown
    page = desk.fill("{{ x | when }}", language, "html", x=NOW)
    assert page == f'<time datetime="2026-12-01T09:00:00+01:00">{shown}</time>'


def test_the_hour_that_happens_twice_keeps_its_offset(desk: Desk) -> None:
    before, after = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    pages = [desk.fill("{{ x | clock }}", "en", "html", x=x) for x in (before, after)]
    assert [">02:30<" in page for page in pages] == [True, True]
    assert ["+02:00" in page for page in pages] == [True, False]


def test_another_zone_is_asked_for_by_name(desk: Desk) -> None:
    assert desk.fill("{{ x | clock }}", x=NOW, zone="Indian/Reunion") == "12:00"


def test_machines_are_told_to_the_second(desk: Desk) -> None:
    assert desk.fill("{{ clock(x, seconds=True) }}", x=NOW + timedelta(seconds=7)) == "09:00:07"


def test_a_moment_without_a_zone_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        desk.fill("{{ x | when }}", x=datetime(2026, 12, 1, 9, 0))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "09:00"),
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), "Mon 30 Nov 23:59"),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), "00:00"),  # already today in Paris
        (datetime(2027, 1, 4, 8, 0, tzinfo=UTC), "Mon 4 Jan 2027 09:00"),
        (date(2026, 12, 3), "Thu 3 Dec"),
    ],
)
def test_the_short_form_leaves_out_only_what_is_plain(desk: Desk, moment: date, shown: str) -> None:
    assert desk.fill("{{ x | brief }}", x=moment) == shown


def test_a_day_may_be_a_date_or_a_moment(desk: Desk) -> None:
    late_evening = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    assert desk.fill("{{ x | day }}", x=date(2026, 12, 1)) == "Tue 1 Dec 2026"
    assert desk.fill("{{ x | day }}", x=late_evening) == "Wed 2 Dec 2026"


@pytest.mark.parametrize(
    ("seconds_late", "english", "french"),
    [
        (0, "now", "maintenant"),
        (59, "now", "maintenant"),
        (-59, "now", "maintenant"),
        (60, "1 min late", "1 min de retard"),
        (59 * 60 + 59, "59 min late", "59 min de retard"),
        (3600, "1 h late", "1 h de retard"),
        (24 * 3600 - 1, "23 h late", "23 h de retard"),
        (24 * 3600, "1 day late", "1 jour de retard"),
        (2 * 24 * 3600, "2 days late", "2 jours de retard"),
        (-4 * 3600, "in 4 h", "dans 4 h"),
        (-24 * 3600, "in 1 day", "dans 1 jour"),
        (-3 * 24 * 3600, "in 3 days", "dans 3 jours"),
    ],
)
def test_how_late_at_the_edges(desk: Desk, seconds_late: int, english: str, french: str) -> None:
    due = NOW - timedelta(seconds=seconds_late)
    assert desk.fill("{{ x | late }}", x=due) == english
    assert desk.fill("{{ x | late }}", "fr", x=due) == french


def test_days_late_are_counted_as_on_a_wall_calendar(desk: Desk) -> None:
    friday_evening = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    sunday_morning = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
    assert sunday_morning - friday_evening < timedelta(hours=40)
    assert desk.fill("{{ x | late }}", x=friday_evening, now=sunday_morning) == "2 days late"


def test_a_due_day_without_a_time_is_late_from_the_next_day(desk: Desk) -> None:
    shown = [desk.fill("{{ x | late }}", x=date(2026, 12, day)) for day in (1, 2)]
    assert shown == ["today", "in 1 day"]
    assert desk.fill("{{ x | late }}", x=date(2026, 11, 30)) == "1 day late"


@pytest.mark.parametrize(
    ("back", "english", "french"),
    [
        (timedelta(seconds=59), "just now", "à l’instant"),
        (timedelta(minutes=1), "1 minute ago", "il y a 1 minute"),
        (timedelta(hours=3), "3 hours ago", "il y a 3 heures"),
        (timedelta(days=3), "3 days ago", "il y a 3 jours"),
        (timedelta(hours=-3), "in 3 hours", "dans 3 heures"),
    ],
)
def test_how_long_ago(desk: Desk, back: timedelta, english: str, french: str) -> None:
    assert desk.fill("{{ x | ago }}", x=NOW - back) == english
    assert desk.fill("{{ x | ago }}", "fr", x=NOW - back) == french


def test_age_turns_on_the_birthday(desk: Desk) -> None:
    assert desk.fill("{{ x | age }}", x=date(1958, 12, 1)) == "68 years"
    assert desk.fill("{{ x | age }}", "fr", x=date(1958, 12, 2)) == "67 ans"
    assert desk.fill("{{ x | age }}", "fr", x=date(2026, 3, 1)) == "0 an"
    assert desk.fill("{{ x | born }}", "fr", x=date(1958, 9, 3)) == "3 sept. 1958"


def test_numbers_follow_the_language(desk: Desk) -> None:
    assert desk.fill("{{ 1284.5 | number }}") == "1,284.5"
    assert desk.fill("{{ 1284.5 | number }}", "fr") == "1\N{NARROW NO-BREAK SPACE}284,5"
    assert desk.fill("{{ 8 | number(1) }}", "fr") == "8,0"


def test_french_counts_zero_in_the_singular(desk: Desk) -> None:
    source = '{{ ngettext("%(num)s thing to correct", "%(num)s things to correct", n) }}'
    french = [desk.fill(source, "fr", n=n) for n in (0, 1, 2)]
    assert french == ["0 point à corriger", "1 point à corriger", "2 points à corriger"]
    assert desk.fill(source, n=0) == "0 things to correct"


def test_a_mark_never_falls_onto_the_next_line_alone() -> None:
    sentence = translator("fr").gettext("Demo centre: invented patients.")
    assert sentence == "Centre de démonstration\N{NARROW NO-BREAK SPACE}: patients inventés."


def test_a_sentence_without_a_translation_stays_english() -> None:
    assert translator("fr").gettext("Nobody wrote this one.") == "Nobody wrote this one."


def test_the_title_of_a_service_is_in_the_language_of_the_reader(desk: Desk) -> None:
    plate = NamePlate("rtms_unit", "rTMS unit", "Unité rTMS")
    shown = [desk.fill("{{ x | titled }}", language, x=plate) for language in ("en", "fr")]
    assert shown == ["rTMS unit", "Unité rTMS"]


def test_pages_escape_what_people_typed_and_mails_do_not(desk: Desk) -> None:
    typed = "<b>A & B</b>"
    assert desk.fill("{{ x }}", "en", "html", x=typed) == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert desk.fill("{{ x }}", x=typed) == typed
    in_a_sentence = '{{ _("born %(date)s", date=x) }}'
    assert desk.fill(in_a_sentence, "en", "html", x=typed) == "born &lt;b&gt;A &amp; B&lt;/b&gt;"


def test_a_forgotten_value_is_an_error_and_not_a_gap(desk: Desk) -> None:
    with pytest.raises(UndefinedError, match="patient"):
        desk.fill("{{ patient }}")


def test_an_icon_that_is_not_drawn_is_refused(desk: Desk) -> None:
    assert desk.fill("{{ icon('alarm') }}", "en", "html").startswith('<svg class="i"')
    with pytest.raises(ValueError, match="no icon called 'alram'"):
        desk.fill("{{ icon('alram') }}")


def test_the_address_of_a_static_file_tells_its_content() -> None:
    assert static("relais.css").startswith("/static/relais.css?v=")
    assert static("relais.css").split("=")[1] != static("mark.svg").split("=")[1]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de, en;q=0.5, fr;q=0.7", "fr"),
        ("de-DE", "en"),
        ("fr;q=0", "en"),
        ("fr;q=nonsense", "en"),
        ("*", "en"),
    ],
)
def test_the_browser_names_its_language(header: str | None, language: str) -> None:
    assert choose_language(header) == language


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_code_from_outside_is_never_taken_for_markup(desk: Desk, language: str) -> None:
    hostile = "<script>alert(1)</script> 100 %s"
    shown = desk.fill("{{ _(x) }}", language, "html", x=hostile)
    assert shown == "&lt;script&gt;alert(1)&lt;/script&gt; 100 %s"
    assert desk.fill("{{ _(x) }}", language, x=hostile) == hostile
