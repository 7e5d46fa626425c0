"""Bugs by which something would be forgotten, told twice, shown to the wrong person, or leak."""

from tests.mutants.bug import Bug

SENDING = "tests/reminders/test_sending.py"
TELLING = "tests/reminders/test_telling.py"
FAILURES = "tests/reminders/test_failures_of_others.py"
OUTAGES = "tests/reminders/test_outages.py"
DAILY = "tests/reminders/test_daily.py"
ACKNOWLEDGING = "tests/reminders/test_acknowledging.py"
CALENDAR = "tests/shared/test_calendar.py"
AUDIT = "tests/access/test_audit.py"
EVERYWHERE = "tests/access/test_everywhere.py"
SECURITY = "tests/web/test_security.py"
SIGNING_IN = "tests/accounts/test_signing_in.py"
CANARIES = "tests/canaries/test_canaries.py"
METRICS = "tests/health/test_metrics_door.py"
FOLLOWING = "tests/health/test_following.py"
CONTRACTS = "tests/events/test_contracts.py"
QUESTION_NINE = "tests/stories/test_question_nine.py"
RELAPSE = "tests/stories/test_relapse.py"
THERAPY = "tests/discipline/test_therapy.py"

BUGS = [
    Bug(
        "the beginning of a request is kept however long it is",
        "shared/web/arriving.py",
        "        if self._unfinished > LONGEST_HEAD and not self.transport.is_closing():\n",
        "        if False:\n",
        "tests/web/test_arriving.py::test_trailers_without_end_are_given_up",
    ),
    Bug(
        "each correction of a PHQ-9 raises a concern again",
        "shared/discipline/actions/measurements.py",
        "    if not answer or row.concern_id or row.referral_id is None:\n",
        "    if not answer or row.referral_id is None:\n",
        QUESTION_NINE + "::test_a_correction_raises_a_concern_once_and_never_takes_it_back",
    ),
    Bug(
        "a relapse is told at every measure",
        "services/rtms_unit/actions/relapse.py",
        "    if since is None or any(row.concern_id for _, run in lost for row in run):\n",
        "    if since is None:\n",
        RELAPSE + "::test_average_pain_of_others_counts_too",
    ),
    Bug(
        "the plan and the notes of a therapy are kept in clear",
        "shared/discipline/actions/therapy.py",
        "    return work.seal(Note(text=text), patient_id).sealed\n",
        "    return text\n",
        THERAPY + "::test_a_plan_is_kept_sealed_and_its_versions_stay",
    ),
    Bug(
        "each try of a mail has a Message-ID of its own",
        "services/reminders/actions/letters.py",
        "        message_id=mail.message_id,\n",
        '        message_id=f"<{mail.attempts}.{mail.message_id[1:]}",\n',
        SENDING + "::test_a_lost_answer_is_repeated_once_as_the_same_mail",
    ),
    Bug(
        "a mail in doubt is sent again without end",
        "services/reminders/actions/outcomes.py",
        "    if mail.doubts > 1:\n",
        "    if mail.doubts > 100:\n",
        SENDING + "::test_a_second_lost_answer_is_left_to_a_person",
    ),
    Bug(
        "a worker that was taken for lost writes over the outcome",
        "services/reminders/actions/outcomes.py",
        "        if mail is not None and (mail.state, mail.attempts) == (SENDING, one.attempt):\n",
        "        if mail is not None:\n",
        SENDING + "::test_a_worker_that_was_taken_for_lost_writes_nothing_over",
    ),
    Bug(
        "a mail that a crash left behind is forgotten",
        "services/reminders/actions/sending.py",
        "    mail.next_try_at = work.now + timing.LEASE\n",
        "    mail.next_try_at = None\n",
        SENDING + "::test_a_crash_loses_no_mail_and_hides_no_doubt",
    ),
    Bug(
        "after an outage every old word about a matter is told",
        "services/reminders/actions/planning.py",
        "    _replace_unsent(work, matter.obligation_id, member_id, occasion.channel)\n",
        "",
        TELLING + "::test_after_an_outage_only_the_newest_word_about_a_matter_is_told",
    ),
    Bug(
        "urgent mail waits for the morning",
        "services/reminders/actions/sending.py",
        "    if mail.urgent or mail.asked_by:\n        return False\n",
        "    if mail.asked_by:\n        return False\n",
        TELLING + "::test_what_is_urgent_goes_alone_and_at_once",
    ),
    Bug(
        "what one channel has told counts for all",
        "services/reminders/actions/planning.py",
        "{member_id}:{occasion.channel}:{date}",
        "{member_id}:{date}",
        FAILURES + "::test_f4_what_one_channel_has_told_keeps_no_other_from_telling",
    ),
    Bug(
        "a mail is not looked at again right before it goes",
        "services/reminders/jobs.py",
        " or not _may_still_go(place, claimed)",
        "",
        FAILURES + "::test_what_ends_while_its_mail_is_taken_is_not_sent",
    ),
    Bug(
        "after an outage everything that was missed goes by itself",
        "services/reminders/actions/batches.py",
        "    return mail.kind == DIGEST or timing.is_missed(mail.wanted_at, work.now)\n",
        "    return False\n",
        OUTAGES + "::test_after_an_outage_of_days_each_gets_one_mail_and_the_coordinator_is_told",
    ),
    Bug(
        "nobody is told what was missed",
        "services/reminders/actions/batches.py",
        "    say_missed(work, missed)\n",
        "",
        FAILURES + "::test_f3_what_is_past_is_missed_and_told_not_sent_as_a_flood",
    ),
    Bug(
        "a clock that jumped far is believed",
        "services/reminders/rules/clocks.py",
        "    return jumped > TOO_FAR\n",
        "    return False\n",
        OUTAGES + "::test_a_clock_that_jumps_far_ahead_holds_all_mails_until_somebody_says_so",
    ),
    Bug(
        "an outage is taken for a jump of the clock",
        "services/reminders/rules/clocks.py",
        "    return (now - said) - timedelta(seconds=runs - ran)\n",
        "    return now - said\n",
        OUTAGES + "::test_a_house_that_stood_still_is_not_taken_for_a_jump",
    ),
    Bug(
        "a second daily mail goes on one day",
        "services/reminders/actions/sending.py",
        "    if daily and batch.told_on.get((member.id, times.day(at)), mail.id) != mail.id:\n",
        "    if False:\n",
        DAILY + "::test_there_is_never_a_second_daily_mail_on_one_day",
    ),
    Bug(
        "what ends takes back a mail that is on its way",
        "services/reminders/actions/planning.py",
        ".order_by(col(Mail.id)).with_for_update()\n",
        ".order_by(col(Mail.id))\n",
        "tests/reminders/test_done_while_taken.py::test_a_mail_that_went_is_not_called_withdrawn",
        needs="postgres",
    ),
    Bug(
        "what was taken back before it went is never told",
        "services/reminders/actions/planning.py",
        "    if known is not None and known.cancelled_at is None:\n",
        "    if known is not None:\n",
        DAILY + "::test_what_was_settled_and_is_owed_again_is_told_once",
    ),
    Bug(
        "following the link of a mail acknowledges it",
        "services/reminders/actions/acknowledging.py",
        "    is_own = viewer.member_id == reminder.member_id\n",
        "    is_own = viewer.member_id == reminder.member_id\n"
        "    reminder.acknowledged_at = work.now\n",
        ACKNOWLEDGING + "::test_what_follows_every_link_three_times_changes_nothing",
    ),
    Bug(
        "an old page acknowledges what has changed since",
        "services/reminders/actions/acknowledging.py",
        "    if version != matter.version:\n",
        "    if version > matter.version:\n",
        ACKNOWLEDGING + "::test_an_old_page_is_refused_and_leaves_a_trace",
    ),
    Bug(
        "whoever opens the way out has taken it",
        "services/reminders/pages/daily.py",
        "    actions.whose(work, secret)\n",
        "    actions.refuse_digests(work, secret)\n",
        ACKNOWLEDGING + "::test_one_click_ends_daily_mails_and_the_coordinator_is_told",
    ),
    Bug(
        "the comparison of the day does not see who is told by nobody",
        "services/reminders/actions/reconciling.py",
        "        absent=expected - sum(found.values()),\n",
        "        absent=0,\n",
        "tests/reminders/test_reconciliation.py::test_a_difference_is_an_alarm",
    ),
    Bug(
        "a time that the clocks skip falls into the gap",
        "shared/calendar.py",
        "    return _first_instant_after_gap(instant, zone)\n",
        "    return instant\n",
        CALENDAR + "::test_a_local_time_is_one_instant",
    ),
    Bug(
        "a time that the clocks show twice is the second one",
        "shared/calendar.py",
        "    local = datetime.combine(day, at, tzinfo=zone)\n",
        "    local = datetime.combine(day, at, tzinfo=zone).replace(fold=1)\n",
        CALENDAR + "::test_a_local_time_is_one_instant",
    ),
    Bug(
        "a public holiday counts as a working day",
        "shared/calendar.py",
        "        if self.public_holidays and is_public_holiday(day, self.country):\n"
        "            return False\n",
        "",
        CALENDAR + "::test_weekends_and_public_holidays_are_not_worked",
    ),
    Bug(
        "an audit entry does not hold the one before it",
        "shared/access/audit.py",
        "        entry.previous,\n        entry.number,\n",
        "        entry.number,\n",
        AUDIT + "::test_an_edit_that_also_mends_the_link_after_it_is_found",
    ),
    Bug(
        "a cut end of the audit is not missed",
        "shared/access/audit.py",
        "    if number < head.number:\n",
        "    if number < 0:\n",
        AUDIT + "::test_a_cut_tail_is_found",
    ),
    Bug(
        "two writers fork the audit",
        "shared/access/audit.py",
        "    head.number, head.digest = entry.number, entry.digest\n",
        "    head.number = entry.number\n",
        AUDIT + "::test_an_untouched_audit_is_whole",
    ),
    Bug(
        "signing out only forgets the cookie",
        "services/accounts/actions/sign_ins.py",
        '    """End the viewer\'s sign-in, everywhere."""\n    _close(work, opened)\n',
        '    """End the viewer\'s sign-in, everywhere."""\n    assert work and opened\n',
        EVERYWHERE + "::test_an_old_cookie_opens_nothing_after_signing_out",
    ),
    Bug(
        "what was open before a member was disabled counts again",
        "shared/access/sign_in.py",
        "    return now < sign_in.expires_at and not void\n",
        "    return now < sign_in.expires_at or void\n",
        EVERYWHERE + "::test_a_disabled_member_is_refused_everywhere",
    ),
    Bug(
        "a note that was signed for one purpose opens another",
        "shared/access/sign_in.py",
        'salt=f"relais.{purpose}"',
        'salt="relais"',
        "tests/access/test_sign_in_note.py::test_a_note_for_another_purpose_is_nothing",
    ),
    Bug(
        "a token opens whatever there is",
        "shared/web/doors.py",
        "        if scope not in token.scopes:\n",
        "        if not token.scopes:\n",
        "tests/access/test_tokens.py::test_a_token_opens_what_it_names_only",
    ),
    Bug(
        "another site may make a browser act",
        "shared/web/security.py",
        'return headers["sec-fetch-site"] in ("same-origin", "none")',
        "return True",
        SECURITY + "::test_what_another_site_sends_is_not_done",
    ),
    Bug(
        "a failure is recorded with its text",
        "shared/web/errors.py",
        'logger.error("request.failed", path=path, error=type(error).__name__, at=at)',
        'logger.error("request.failed", path=path, error=str(error), at=at)',
        SECURITY + "::test_a_failure_shows_and_records_no_detail",
    ),
    Bug(
        "an event that fails is logged with the text of its failure",
        "shared/running/applier.py",
        "    return type(error).__name__\n",
        "    return str(error)\n",
        CANARIES + "::test_no_log_names_a_patient",
    ),
    Bug(
        "lines of libraries are filled in",
        "shared/logs.py",
        'sentence=str(record.msg).partition("\\n")[0],',
        "sentence=record.getMessage(),",
        FOLLOWING + "::test_lines_of_libraries_join_without_what_they_would_fill_in",
    ),
    Bug(
        "a stranger names a request as he likes",
        "shared/web/following.py",
        "shown = (_REQUEST_ID, str(trace.correlation).encode())",
        "shown = (_REQUEST_ID, dict(scope['headers']).get("
        "_REQUEST_ID, str(trace.correlation).encode()))",
        FOLLOWING + "::test_a_request_id_that_is_no_uuid_is_replaced",
    ),
    Bug(
        "figures are labelled with addresses",
        "shared/web/following.py",
        "        route = route_of(scope, self._services)\n",
        '        route = scope["path"]\n',
        METRICS + "::test_requests_are_counted_by_the_pattern_of_their_address",
    ),
    Bug(
        "a proxy on this machine opens the figures to the world",
        "shared/web/metrics.py",
        "    return here and not any(name in request.headers for name in _ON_THE_WAY)\n",
        "    return here\n",
        METRICS + "::test_without_a_token_only_this_machine_reads",
    ),
    Bug(
        "an empty token file lets everybody in",
        "shared/web/metrics.py",
        "    return bool(token) and hmac.compare_digest(",
        "    return not token or hmac.compare_digest(",
        METRICS + "::test_a_token_file_without_a_token_lets_nobody_in",
    ),
    Bug(
        "a seal opens for any patient",
        "shared/sealing.py",
        "content.model_dump_json().encode(), stream.bytes)",
        'content.model_dump_json().encode(), b"")',
        CONTRACTS + "::test_a_seal_opens_only_for_its_patient_and_with_its_key",
    ),
    Bug(
        "a ladder ends after its last rung",
        "services/coordinator/actions/obligations.py",
        "    row.taken, row.next_step, row.next_at = now.taken, now.next_step, now.next_at\n",
        "    row.taken, row.next_step, row.next_at = now.taken, now.next_step, None\n",
        "tests/coordinator/test_nothing_is_stuck.py::test_nothing_is_silently_stuck",
    ),
    Bug(
        "a record is read without a trace",
        "services/pain_physician/routes/record.py",
        '    work.audit("read-record", patient_id)\n    return WholeRecord(\n',
        "    return WholeRecord(\n",
        "tests/test_routes.py::test_a_look_at_a_record_leaves_a_trace",
    ),
]
