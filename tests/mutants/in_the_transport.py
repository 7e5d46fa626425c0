"""Bugs at the queue: what was confirmed, returned, refused or broken off is mistaken."""

from tests.mutants.bug import Bug

PUBLISHING = "tests/transport/test_traps_of_publishing.py"
CONSUMING = "tests/transport/test_traps_of_consuming.py"
LINE = "tests/transport/test_line.py"
OUTAGES = "tests/transport/test_outages.py"
TROUBLE = "tests/transport/test_server_in_trouble.py"
RABBIT = "shared/backbone/bus/rabbit.py"
LINK = "shared/backbone/bus/link.py"
CONFIRMS = "shared/backbone/bus/confirms.py"

BUGS = [
    Bug(
        "an answer of the queue confirms whatever waits",
        CONFIRMS,
        "return [one for one in self._waiting if one <= tag] if multiple else [tag]",
        "return list(self._waiting)",
        PUBLISHING + "::test_each_frame_gets_the_answer_that_names_it",
        needs="broker",
    ),
    Bug(
        "a refused frame counts as taken",
        CONFIRMS,
        "                self._refused.add(self._waiting.pop(one))\n",
        "                self._waiting.pop(one)\n",
        PUBLISHING + "::test_a_full_queue_refuses_and_it_is_told",
        needs="broker",
    ),
    Bug(
        "nobody waits for confirms",
        RABBIT,
        "        self._confirms.published(ticket, watched=watched)\n",
        "        self._confirms.published(ticket, watched=False)\n",
        PUBLISHING + "::test_a_full_queue_refuses_and_it_is_told",
        needs="broker",
    ),
    Bug(
        "confirmed passes for routed",
        RABBIT,
        "self._exchange, key, mandatory=watched)",
        "self._exchange, key, mandatory=False)",
        PUBLISHING + "::test_confirmed_is_not_routed",
        needs="broker",
    ),
    Bug(
        "a confirm is waited for without end",
        RABBIT,
        "                if left <= 0:\n",
        "                if left <= -1e9:\n",
        PUBLISHING + "::test_a_confirm_that_never_comes_ends_in_time",
        needs="broker",
    ),
    Bug(
        "a reason drags the library's own words along",
        "shared/backbone/bus/words.py",
        'raise QueueAway(f"the queue cannot be reached ({type(error).__name__})") from None',
        'raise QueueAway(f"the queue cannot be reached ({type(error).__name__})") from error',
        LINE + "::test_why_the_queue_is_away_names_neither_address_nor_password",
    ),
    Bug(
        "nobody sends a heartbeat",
        RABBIT,
        "            self._link.heartbeat_tick()\n",
        "",
        CONSUMING + "::test_a_line_that_is_open_at_one_end_only_is_noticed",
        needs="broker",
    ),
    Bug(
        "frames that arrive during a publish are forgotten",
        RABBIT,
        "            self._link.heartbeat_tick()\n",
        "            self._link.heartbeat_tick()\n            self._frames.clear()\n",
        CONSUMING + "::test_frames_that_arrive_while_we_publish_are_kept",
        needs="broker",
    ),
    Bug(
        "half a frame holds a service up",
        RABBIT,
        "timeout=max(timeout, AT_ONCE)",
        "timeout=timeout",
        CONSUMING + "::test_half_a_frame_and_then_silence_holds_nobody_up",
        needs="broker",
    ),
    Bug(
        "a header that is no text makes a service deaf",
        LINK,
        '            "frame_handler": forgiving,\n',
        "",
        CONSUMING + "::test_nothing_that_a_frame_says_of_itself_is_acted_upon",
        needs="broker",
    ),
    Bug(
        "what the queue gave up is read as if it were new",
        "shared/running/frames.py",
        "    if frame.dead_lettered:\n",
        "    if False:\n",
        CONSUMING + "::test_what_the_queue_gave_up_is_kept_for_a_person",
        needs="broker",
    ),
    Bug(
        "a certificate of any server will do",
        LINK,
        ', "server_hostname": None}',
        "}",
        "tests/transport/test_encrypted.py::test_a_server_of_another_name_is_not_spoken_to",
        needs="broker",
    ),
    Bug(
        "a service that is cut off from its queue stands still",
        "shared/running/running_service.py",
        "            return self._apply() > 0\n",
        "            return False\n",
        "tests/transport/test_outages.py"
        "::test_a_service_goes_on_without_its_queue_and_catches_up_by_itself",
        needs="broker",
    ),
    Bug(
        "a line that breaks at once is laid in a hurry",
        "shared/running/line.py",
        "                self._bus = self._open_bus()\n",
        "                self._bus = self._open_bus()\n                self._failures = 0\n",
        LINE + "::test_a_line_that_breaks_at_once_is_not_laid_in_a_hurry",
    ),
    Bug(
        "a queue that is away is tried in a hurry",
        "shared/running/line.py",
        "    wait = min(FIRST_WAIT * (1 << min(failures - 1, 10)), LONGEST_WAIT)\n",
        "    wait = 0.0\n",
        LINE + "::test_an_outage_is_looked_into_less_and_less_often",
    ),
    Bug(
        "what no queue takes counts as sent",
        "shared/backbone/relay.py",
        "    refused = bus.refused(CONFIRMING)\n",
        "    refused = bus.refused(CONFIRMING) and set[int]()\n",
        "tests/transport/test_every_queue_keeps_the_promise.py"
        "::test_a_delivery_that_no_queue_takes_waits_and_says_why",
        needs="broker",
    ),
    Bug(
        "the database is locked while the queue is spoken to",
        "shared/backbone/relay.py",
        "    sent, untaken = _publish(bus, claimed, ring)\n"
        "    with engine.begin() as connection:\n",
        "    with engine.begin() as connection:\n"
        "        sent, untaken = _publish(bus, claimed, ring)\n",
        "tests/transport/test_outages.py::test_nothing_is_locked_while_the_queue_is_spoken_to",
        needs="broker",
    ),
    Bug(
        "a heartbeat passes for the answer of a queue",
        LINK,
        "settimeout(min(PATIENCE, BETWEEN_BEATS * agreed))",
        "settimeout(2 * agreed)",
        TROUBLE + "::test_queues_without_a_leader_are_made_again",
        needs="nodes",
    ),
    Bug(
        "a queue that does not answer is left as it is",
        RABBIT,
        "            _remove(stuck.queue, dial)\n",
        "",
        TROUBLE + "::test_queues_without_a_leader_are_made_again",
        needs="nodes",
    ),
    Bug(
        "what was lost with a queue waits for its turn",
        "shared/running/refilling.py",
        "        if told.asks and told.after is None:",
        "        if told.asks and told.after:",
        OUTAGES + "::test_what_was_lost_with_a_queue_is_sent_again_when_its_service_is_back",
        needs="broker",
    ),
    Bug(
        "a lost receipt waits for its turn",
        "shared/running/refilling.py",
        "        if new:\n",
        "        if new and asks is None:\n",
        OUTAGES + "::test_a_lost_receipt_is_asked_for_when_the_line_is_back",
        needs="broker",
    ),
    Bug(
        "a silent line to the database is waited on for ever",
        "shared/lines.py",
        "return super().wait(gen, interval, SILENCE_SECONDS)",
        "return super().wait(gen, interval)",
        "tests/faults/test_database_line.py"
        "::test_an_answer_that_never_comes_is_trouble_of_the_database",
        needs="postgres",
    ),
    Bug(
        "turns that fail follow each other without a rest",
        "shared/running/team.py",
        "self._stop.wait(wait_after(failures))",
        "self._stop.wait(0)",
        "tests/faults/test_failing_turns.py::test_a_service_whose_turns_fail_pauses_and_comes_back",
    ),
    Bug(
        "a receipt is believed whoever sends it",
        "shared/running/receiver.py",
        "            if frame.sender is None or speakers(content) <= {frame.sender}:\n",
        "            if speakers(content):\n",
        TROUBLE + "::test_nobody_speaks_in_the_name_of_another",
        needs="nodes",
    ),
    Bug(
        "an event is believed whoever sends it",
        "shared/running/frames.py",
        "            if sender in (None, one.key[0]):\n",
        "            if one.key[0]:\n",
        TROUBLE + "::test_nobody_speaks_in_the_name_of_another",
        needs="nodes",
    ),
]
