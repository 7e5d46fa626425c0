"""Bugs by which a calendar would show what is not true, or to whom it must not."""

from tests.mutants.bug import Bug

TELLING = "tests/reminders/test_appointments.py"
ANY = "tests/reminders/test_any_appointments.py"
FEED = "tests/reminders/test_calendar_feed.py"
ZONES = "tests/reminders/test_zones.py"

BUGS = [
    Bug(
        "an event that comes late puts an appointment back",
        "services/reminders/actions/appointments.py",
        "    if number <= appointment.heard:\n",
        "    if number < 0:\n",
        ANY + "::test_every_calendar_ends_as_the_sessions_stand",
    ),
    Bug(
        "a change keeps the number of what it changes",
        "services/reminders/actions/appointments.py",
        "            entry.sequence, entry.changed_at = entry.sequence + 1, work.now\n",
        "            entry.changed_at = work.now\n",
        TELLING + "::test_a_session_that_is_moved_twice_and_cancelled_leaves_the_calendar",
    ),
    Bug(
        "what may have arrived counts as not sent",
        "services/reminders/actions/invitations.py",
        "(ACCEPTED, SENDING, UNCERTAIN) or self.mail.doubts > 0\n",
        "(ACCEPTED,)\n",
        TELLING + "::test_after_a_lost_connection_only_what_is_true_is_sent",
    ),
    Bug(
        "what was overtaken while it was sent is tried again",
        "services/reminders/actions/invitations.py",
        "        col(Notice.sequence).is_not(None),\n",
        "        col(Notice.sequence) < 0,\n",
        TELLING + "::test_what_was_overtaken_while_it_was_sent_is_not_tried_again",
    ),
    Bug(
        "a change slips into a mail that is on its way",
        "services/reminders/actions/invitations.py",
        "    if to_change:\n",
        "    if False:\n",
        "tests/reminders/test_taken_while_it_changes.py"
        "::test_a_change_does_not_slip_into_a_mail_that_is_on_its_way",
        needs="postgres",
    ),
    Bug(
        "each session of a course is a mail of its own",
        "services/reminders/actions/telling.py",
        "    mail = unsent[0].mail if unsent else waiting.get(member.id)\n",
        "    mail = unsent[0].mail if unsent else None\n",
        TELLING + "::test_a_course_is_one_mail",
    ),
    Bug(
        "several appointments are one request",
        "services/reminders/rules/invitations.py",
        "    if len(states) > 1:\n        return PUBLISH\n",
        "",
        TELLING + "::test_a_course_is_one_mail",
    ),
    Bug(
        "a deputy does not hear of what he or she takes over",
        "services/reminders/handlers.py",
        "    actions.rearrange(work, event.member_id)\n",
        "",
        TELLING + "::test_a_deputy_takes_over_and_gives_back",
    ),
    Bug(
        "what is too late in the morning waits for it",
        "services/reminders/rules/invitations.py",
        "    return any(moment < next_opening + SOON for moment in moments)\n",
        "    return False\n",
        TELLING + "::test_nobody_is_disturbed_at_night_unless_it_would_be_too_late",
    ),
    Bug(
        "the hour that comes twice is told once",
        "services/reminders/actions/calendars.py",
        "    if any(moment.fold for moment in there):\n",
        "    if False:\n",
        ZONES + "::test_every_half_hour_around_a_change_is_read_back",
    ),
    Bug(
        "summer time begins an hour late",
        "services/reminders/rules/zones.py",
        "    return Observance((later + before[0])",
        "    return Observance((later + after[0])",
        ZONES + "::test_every_zone_of_the_world_keeps_its_hours",
    ),
    Bug(
        "the secret of a calendar is kept",
        "services/reminders/actions/feeds.py",
        "digest=digest(secret), made_at",
        "digest=secret, made_at",
        FEED + "::test_the_secret_is_kept_nowhere",
    ),
    Bug(
        "whoever left still has a calendar here",
        "services/reminders/actions/feeds.py",
        "    if member is None or not member.active:\n",
        "    if member is None:\n",
        FEED + "::test_whoever_left_has_no_calendar_here",
    ),
    Bug(
        "everybody's calendar shows what nobody is named for",
        "services/reminders/actions/feeds.py",
        "col(CalendarEntry.performer).in_(member.units)\n",
        "col(CalendarEntry.performer).is_not(None)\n",
        FEED + "::test_what_nobody_is_named_for_leaves_the_time_of_the_unit_free",
    ),
    Bug(
        "anybody opens the link of an appointment",
        "services/reminders/actions/filing.py",
        "    if not own and not of_unit and not viewer.has(COORDINATOR):\n",
        "    if viewer is None:\n",
        TELLING + "::test_the_link_leads_to_the_session",
    ),
]
