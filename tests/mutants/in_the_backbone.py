"""Bugs by which an event would be lost, doubled, reordered, forgotten or misread."""

from tests.mutants.bug import Bug

EVERY_POINT = "tests/backbone/test_every_point.py::test_nothing_is_lost_or_doubled"
PROMISE = "tests/backbone/test_promise.py"
AT_ONCE = "tests/backbone/test_at_once.py"
FAILURES = "tests/backbone/test_failures.py"
CORPUS = "tests/decoders/test_corpus.py"
DOORS = "tests/decoders/test_doors.py"

BUGS = [
    Bug(
        "the event is written in a second transaction",
        "shared/running/running_service.py",
        "        self._write_log(session, works)\n",
        "        session.commit()\n        self._write_log(session, works)\n",
        EVERY_POINT,
    ),
    Bug(
        "sent means done",
        "shared/backbone/deliveries.py",
        'sent = {"state": "sent", "sent_at": bindparam("now"), "error": ""}',
        'sent = {"state": "sent", "sent_at": bindparam("now"), "error": "", "next_try_at": None}',
        EVERY_POINT,
    ),
    Bug(
        "what was held back waits for the next look",
        "shared/running/running_service.py",
        "        look = look or self._held_back\n",
        "",
        "tests/backbone/test_batches.py::test_what_was_held_back_goes_as_soon_as_some_is_answered",
    ),
    Bug(
        "the position moves outside the transaction of the effects",
        "shared/running/applier.py",
        "        inbox.mark_handled(session.connection(), rows, self._running.now())\n"
        "        self._running.commit(session, works)\n",
        "        self._running.commit(session, works)\n"
        '        faults.reach("applier.applied")\n'
        "        inbox.mark_handled(session.connection(), rows, self._running.now())\n"
        "        session.commit()\n",
        EVERY_POINT,
    ),
    Bug(
        "the inbox forgets what is handled",
        "shared/backbone/inbox/streams.py",
        "    return released\n",
        '    connection.exec_driver_sql("delete from inbox")\n'
        '    connection.exec_driver_sql("update position set last_seq = 0")\n'
        "    return released\n",
        PROMISE + "::test_a_repeated_delivery_has_one_effect_and_is_answered_again",
    ),
    Bug(
        "a repeated delivery is not answered again",
        "shared/running/receiver.py",
        "unknown: Answers = dict.fromkeys((one.key for one in passed.waiting), None)",
        "unknown: Answers = {}",
        PROMISE + "::test_a_repeated_delivery_has_one_effect_and_is_answered_again",
    ),
    Bug(
        "what comes early is applied early",
        "shared/backbone/inbox/applying.py",
        "        if row.delivery_seq == at[key] + len(runs.get(key, ())) + 1:\n",
        "        if row.delivery_seq > at[key]:\n",
        PROMISE + "::test_an_event_that_cannot_be_applied_is_parked_and_blocks_only_its_patient",
    ),
    Bug(
        "what has just arrived is applied before its turn",
        "shared/backbone/inbox/streams.py",
        "            comes_next = one.envelope.deliveryseq == last + 1\n",
        "            comes_next = (one.envelope.deliveryseq or 0) > last\n",
        AT_ONCE + "::test_what_comes_too_early_waits_and_is_released",
    ),
    Bug(
        "what waits in the inbox is applied at once when it comes again",
        "shared/running/applier.py",
        "        if not inbox.keep_handled(connection, following, now):\n"
        "            raise inbox.Overtaken\n",
        "        inbox.keep_handled(connection, following, now)\n",
        AT_ONCE + "::test_what_failed_before_is_left_to_its_turn_when_it_comes_again",
    ),
    Bug(
        "what was held is not released by what is applied at once",
        "shared/backbone/inbox/streams.py",
        '    released = any(row.follower == "held" for row in moved)\n',
        "    released = False\n",
        AT_ONCE + "::test_what_comes_too_early_waits_and_is_released",
    ),
    Bug(
        "the event after it does not know a row that was made for the same batch",
        "shared/work.py",
        "            self.known[type(row), key_of(row)] = row\n",
        "            key_of(row)\n",
        AT_ONCE + "::test_a_row_that_one_event_made_is_known_to_the_next",
    ),
    Bug(
        "rows that many events changed are not written",
        "shared/running/flushing.py",
        "            session.expunge(row)\n    session.flush()\n",
        "            session.expunge(row)\n    session.flush()\n    many.clear()\n",
        AT_ONCE + "::test_many_rows_that_were_changed_are_written_together",
    ),
    Bug(
        "the numbers of a stream begin with a gap",
        "shared/backbone/log.py",
        '                "delivery_seq": last[subscriber, stream],\n',
        '                "delivery_seq": last[subscriber, stream] + 1,\n',
        PROMISE + "::test_a_question_is_heard_and_answered_and_every_step_is_known",
    ),
    Bug(
        "a failed event is given up instead of parked",
        "shared/backbone/inbox/applying.py",
        '    state = "parked" if final or attempts >= TRIES else "retry"',
        '    state = "handled" if final or attempts >= TRIES else "retry"',
        PROMISE + "::test_an_unknown_version_is_parked_whole_at_once",
    ),
    Bug(
        "what is parked is never tried again",
        "shared/backbone/inbox/applying.py",
        "next_try_at=now + (PARKED_WAIT if",
        "next_try_at=now + (PARKED_WAIT * 1000 if",
        FAILURES + "::test_what_was_parked_is_tried_again_by_itself_within_an_hour_or_so",
    ),
    Bug(
        "it is sent again at a fixed interval",
        "shared/backbone/deliveries.py",
        "FIRST_WAIT * (1 << min(attempts - 1, 12))",
        "FIRST_WAIT * 1",
        "tests/backbone/test_waiting.py::test_the_wait_for_a_receipt_doubles_up_to_a_cap",
    ),
    Bug(
        "a late receipt takes a delivery back",
        "shared/backbone/deliveries.py",
        "forward = or_(*(_columns.state == s for s in OPEN_STATES if RANK[s] <= RANK[state]))",
        "forward = or_(*(_columns.state == s for s in RANK))",
        "tests/backbone/test_waiting.py::test_a_late_receipt_takes_nothing_back",
    ),
    Bug(
        "a delivery that is done is sent on",
        "shared/backbone/deliveries.py",
        'said |= {"handled_at": given.c.handled_at, "next_try_at": None}',
        'said |= {"handled_at": given.c.handled_at}',
        "tests/backbone/test_waiting.py::test_what_is_done_is_not_sent_again",
    ),
    Bug(
        "an unreadable message keeps its neighbours out",
        "shared/backbone/inbox/storing.py",
        "                    unread.append(Unread(frame, str(error), text.encode()))\n",
        "                    raise error\n",
        FAILURES + "::test_a_message_that_cannot_be_read_keeps_none_of_its_neighbours_out",
    ),
    Bug(
        "a dead frame is kept without its bytes",
        "shared/backbone/inbox/burying.py",
        '"frame": frame[:MAX_FRAME_BYTES]}',
        '"frame": b""}',
        PROMISE + "::test_bytes_that_are_no_message_are_kept_and_break_nothing",
    ),
    Bug(
        "frames of any size are read",
        "shared/backbone/envelope.py",
        "    if len(frame) > MAX_FRAME_BYTES:\n",
        "    if not isinstance(frame, bytes):\n",
        CORPUS + "::test_nothing_takes_much_memory_or_time",
    ),
    Bug(
        "a number larger than its column is taken",
        "shared/backbone/wire.py",
        "_LARGEST = 2**31 - 1",
        "_LARGEST = 2**63 - 1",
        CORPUS + "::test_a_message_that_is_spoilt_anywhere_is_refused",
    ),
    Bug(
        "a name may hold a zero byte",
        "shared/backbone/wire.py",
        'Name = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,63}$")]',
        "Name = Annotated[str, StringConstraints(min_length=1)]",
        CORPUS + "::test_a_message_that_is_spoilt_anywhere_is_refused",
    ),
    Bug(
        "of two values under one name the last counts",
        "shared/backbone/envelope.py",
        "    if len(found) < len(pairs):\n",
        "    if len(found) > len(pairs):\n",
        CORPUS + "::test_a_message_that_is_spoilt_anywhere_is_refused",
    ),
    Bug(
        "an event without a number is stored",
        "shared/backbone/inbox/storing.py",
        "    if envelope.deliveryseq is None:\n",
        "    if envelope.deliveryseq == 0:\n",
        DOORS + "::test_an_event_without_a_number_is_kept_apart",
    ),
    Bug(
        "a service hears its own kind from itself",
        "shared/service.py",
        "if service.plate.name != source and _hears(service, event)",
        "if _hears(service, event)",
        "tests/backbone/test_waiting.py::test_a_service_does_not_hear_itself",
    ),
    Bug(
        "a handler goes on in a trace of its own",
        "shared/running/running_service.py",
        "trace=_trace_of(cause) if cause else tracing.here(),",
        "trace=tracing.here(),",
        "tests/health/test_following.py"
        "::test_a_request_is_followed_through_every_service_to_the_mail",
    ),
    Bug(
        "an event is parked because the disk is full",
        "shared/running/applier.py",
        "            if is_disturbed(error):\n",
        "            if False:\n",
        "tests/backbone/test_failures.py::test_no_event_is_parked_because_the_disk_is_full",
    ),
]
