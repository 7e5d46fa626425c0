"""Ways in which a sender believes that the queue has what it has not: each is told here."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection  # type: ignore[attr-defined]

from shared.backbone.bus import Bus, QueueAway, topology
from shared.backbone.bus.confirms import Confirms
from shared.settings import Settings
from tests.nodes.programs import until
from tests.nodes.proxy import Proxy
from tests.transport.taking import take

pytestmark = [pytest.mark.broker, pytest.mark.slow]
Open = Callable[[Settings, str], Bus]


@pytest.fixture
def wire(server: Settings) -> Iterator[Proxy]:
    with Proxy(server.queue_url) as wire:
        yield wire


@pytest.fixture
def by_wire(server: Settings, wire: Proxy) -> Settings:
    return server.model_copy(update={"queue_url": wire.url})


def test_a_late_confirm_of_one_frame_is_not_taken_for_the_next(
    server: Settings, by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """kombu's `confirm_publish` takes any answer for the one it waits for."""
    asker, answerer = opened(by_wire, "asker"), opened(server, "answerer")
    wire.to_client.hold()
    asker.tell("answerer", b"arrives")
    assert take(answerer, 1) == [b"arrives"]
    wire.to_server.swallow()
    asker.tell("answerer", b"vanishes")
    wire.to_client.heal()
    with pytest.raises(QueueAway, match="did not confirm in time"):
        asker.refused(1)
    assert answerer.take(9, 0.2) == []


def test_confirmed_is_not_routed(server: Settings, opened: Open) -> None:
    """Without `mandatory` the server confirms what no queue takes."""
    asker, _ = opened(server, "asker"), opened(server, "answerer")
    tickets = [asker.tell(name, b"[]") for name in ("answerer", "nobody", "answerer", "nobody")]
    assert asker.refused(30) == {tickets[1], tickets[3]}


def test_a_full_queue_refuses_and_it_is_told(
    server: Settings, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server nacks what it has no room for; nothing that it has already is dropped."""
    monkeypatch.setattr(topology, "MOST_BYTES", 20_000)
    opened(server, "answerer").close()
    asker, body = opened(server, "asker"), b"x" * 5_000
    stored: list[int] = []

    def is_full() -> bool:
        stored.append(asker.tell("answerer", body))
        return asker.refused(30) == {stored[-1]}

    until(is_full)
    assert take(opened(server, "answerer"), len(stored) - 1) == [body] * (len(stored) - 1)


def test_a_confirm_that_never_comes_ends_in_time(
    by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """The library waits for ever."""
    asker = opened(by_wire, "asker")
    wire.to_client.hold()
    asker.tell("asker", b"[]")
    with pytest.raises(QueueAway, match="did not confirm in time"):
        asker.refused(0.5)


@pytest.mark.parametrize("what", ["exchange", "queue"])
def test_publishing_where_nothing_is_left_is_told(
    server: Settings, opened: Open, what: str
) -> None:
    """`publish` itself returns as if all were well."""
    opened(server, "answerer").close()
    asker = opened(server, "asker")
    with Connection(server.queue_url) as other:  # type: ignore[no-untyped-call]
        if what == "exchange":
            other.default_channel.exchange_delete(topology.exchange(server.queue_prefix))
        else:
            other.default_channel.queue_delete(topology.queue(server.queue_prefix, "answerer"))
    ticket = asker.tell("answerer", b"[]")
    if what == "exchange":
        with pytest.raises(QueueAway):
            asker.refused(30)
        ticket = opened(server, "asker").tell("answerer", b"[]")
    else:
        assert asker.refused(30) == {ticket}
    answerer, again = opened(server, "answerer"), opened(server, "asker")
    again.tell("answerer", b"again")
    assert again.refused(30) == set()
    assert take(answerer, 1) == [b"again"]


def test_a_lost_line_is_told_by_whatever_is_done_next(
    by_wire: Settings, wire: Proxy, opened: Open
) -> None:
    """kombu would open another connection by itself, on which nobody listens."""
    asker = opened(by_wire, "asker")
    wire.reset()
    with pytest.raises(QueueAway, match="cannot be reached"):
        asker.take(1, 5)
    with pytest.raises(QueueAway):
        asker.tell("asker", b"[]")


Answer = tuple[str, int, bool]
answers = st.lists(
    st.tuples(st.sampled_from(["ack", "nack"]), st.integers(1, 12), st.booleans()), max_size=12
)


@given(watched=st.lists(st.booleans(), min_size=1, max_size=12), given_answers=answers)
def test_each_frame_gets_the_answer_that_names_it(
    watched: list[bool], given_answers: list[Answer]
) -> None:
    confirms = Confirms()
    tickets = []
    for one in watched:
        tickets.append(confirms.new_ticket())
        confirms.published(tickets[-1], watched=one)
    open_tags = {tag for tag, one in enumerate(watched, 1) if one}
    refused = set()
    for word, tag, multiple in given_answers:
        meant = {t for t in open_tags if t == tag or (multiple and t < tag)}
        (confirms.acked if word == "ack" else confirms.nacked)(tag, multiple)
        refused |= {tickets[t - 1] for t in meant} if word == "nack" else set()
        open_tags -= meant
    assert confirms.waiting == bool(open_tags)
    confirms.give_up()
    assert confirms.refused() == refused | {tickets[t - 1] for t in open_tags}
    assert not confirms.waiting
