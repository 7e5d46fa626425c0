"""A request is followed under one id and in one trace; what is malformed is ignored."""

from uuid import UUID

import pytest

from shared import tracing
from shared.backbone.envelope import decode
from shared.events import ReferralClosed
from shared.identifiers import new_id
from tests.events.examples import example, message

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE_ID, SPAN_ID = PARENT.split("-")[1:3]


def test_a_caller_who_is_traced_finds_his_trace_again() -> None:
    trace = tracing.begin("", PARENT, "vendor=a1b2,other@eu=x")
    assert (trace.trace_id, trace.flags) == (TRACE_ID, "01")
    assert trace.span_id != SPAN_ID, "every step has an id of its own"
    assert trace.parent == f"00-{TRACE_ID}-{trace.span_id}-01"
    assert trace.state == "vendor=a1b2,other@eu=x"


def test_without_a_caller_a_trace_is_begun() -> None:
    first, second = tracing.begin(), tracing.begin()
    assert first.trace_id != second.trace_id
    again = tracing.continued(first.correlation, first.parent, "")
    assert (again.trace_id, again.correlation) == (first.trace_id, first.correlation)


def test_a_release_to_come_may_say_more() -> None:
    assert tracing.begin("", f"01-{PARENT[3:]}-more", "").trace_id == TRACE_ID


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "x",
        PARENT.upper(),
        PARENT + "-more",
        PARENT[:-1],
        "ff" + PARENT[2:],
        f"00-{'0' * 32}-{SPAN_ID}-01",
        f"00-{TRACE_ID}-{'0' * 16}-01",
        PARENT + "\n",
        "\u0660\u0660" + PARENT[2:],
        PARENT * 1000,
    ],
)
def test_a_malformed_trace_is_begun_anew(parent: str) -> None:
    trace = tracing.begin("", parent, "vendor=a1b2")
    assert trace.trace_id != TRACE_ID
    assert trace.state == "", "the state of a trace that is not ours says nothing"


@pytest.mark.parametrize(
    "state",
    [
        *("=", "a", "a=b=c", "A=b", "a=\u00e9", "a=b,a=c", "a= ", "a=b\x00", "a=" + "b" * 600),
        ",".join(f"k{n}=v" for n in range(33)),
    ],
)
def test_a_malformed_state_is_left_out(state: str) -> None:
    trace = tracing.begin("", PARENT, state)
    assert (trace.trace_id, trace.state) == (TRACE_ID, "")


@pytest.mark.parametrize("name", ["Hélène Lefèvre", "1", "x" * 36, "0" * 5000, "\u0660" * 36])
def test_only_a_uuid_is_taken_as_the_id_of_a_request(name: str) -> None:
    assert str(tracing.begin(name).correlation) != name
    mine = new_id()
    assert tracing.begin(str(mine)).correlation == mine
    assert tracing.begin(str(mine).upper()).correlation == mine


def test_work_belongs_to_what_is_followed() -> None:
    assert tracing.current() is None
    with tracing.following(tracing.begin()) as trace:
        assert tracing.here() == tracing.current() == trace
        with tracing.following(tracing.begin()) as inner:
            assert tracing.here() == inner != trace
        assert tracing.here() == trace
    assert tracing.current() is None


@pytest.mark.parametrize(
    "value", ['"nonsense"', "17", "null", "[]", '{"a":1}', '"' + "x" * 9000 + '"']
)
def test_an_event_is_not_kept_out_by_its_trace(value: str) -> None:
    text = message(example(ReferralClosed)).model_dump_json(exclude_none=True)
    envelope = decode(f'{{"traceparent":{value},"tracestate":{value},{text[1:]}')
    trace = tracing.continued(envelope.correlationid, envelope.traceparent, envelope.tracestate)
    assert isinstance(trace.correlation, UUID)
    assert trace.state == ""
