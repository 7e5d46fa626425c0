"""Bugs at the queue: what was confirmed, returned, refused or broken off is mistaken."""

from tests.mutants.bug import Bug

PUBLISHING = "tests/transport/test_traps_of_publishing.py"
LINE = "tests/transport/test_line.py"
RABBIT = "shared/backbone/bus/rabbit.py"
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
        "a reason names the address of the queue",
        RABBIT,
        'raise QueueAway(f"the queue cannot be reached ({type(error).__name__})") from None',
        'raise QueueAway(f"the queue cannot be reached ({error})") from None',
        LINE + "::test_a_refused_connection_is_tried_once_and_at_once",
    ),
    Bug(
        "a queue that is away is tried in a hurry",
        "shared/running/line.py",
        "        wait = min(FIRST_WAIT * 2 ** min(self._failures, 10), LONGEST_WAIT)\n",
        "        wait = 0.0\n",
        LINE + "::test_an_outage_is_looked_into_less_and_less_often",
    ),
    Bug(
        "what no queue takes counts as sent",
        "shared/backbone/relay.py",
        "for ticket, some in keys.items() if ticket not in refused for key in some]",
        "for some in keys.values() for key in some]",
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
]
