"""Does an open page hear of every change, of its own service only, and end when it must?"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from services.accounts.actions import disable_member
from shared.access.sign_in import SignIn
from shared.identifiers import new_id
from shared.web import live
from shared.web.hub import Bell, Hub
from tests.clinic import Clinic

SOON = 5.0
READY, CHANGED = "event: ready\ndata: .\n\n", "event: changed\ndata: .\n\n"


async def always() -> bool:
    return True


def told(scene: Callable[[Hub], Awaitable[None]]) -> None:
    """Play a scene; if it hangs, it fails."""
    asyncio.run(asyncio.wait_for(scene(Hub()), SOON))


async def begun(hub: Hub, still_in: Callable[[], Awaitable[bool]] = always) -> AsyncIterator[str]:
    """A stream that has said that it is ready."""
    stream = live.stream(hub, "rtms_unit", still_in)
    assert await anext(stream) == READY
    return stream


def test_a_change_from_any_thread_is_told() -> None:
    async def scene(hub: Hub) -> None:
        stream = await begun(hub)
        waiting = asyncio.ensure_future(anext(stream))
        thread = threading.Thread(target=hub.changed, args=["rtms_unit"])
        thread.start()
        assert await waiting == CHANGED
        thread.join()

    told(scene)


def test_a_change_before_anybody_waits_is_not_missed() -> None:
    async def scene(hub: Hub) -> None:
        stream = await begun(hub)
        hub.changed("rtms_unit")
        assert await anext(stream) == CHANGED

    told(scene)


def test_many_changes_are_one() -> None:
    async def scene(hub: Hub) -> None:
        stream = await begun(hub)
        for _ in range(500):
            hub.changed("rtms_unit")
        messages = [await anext(stream)]
        hub.close()
        messages += [message async for message in stream]
        assert messages == [CHANGED]

    told(scene)


def test_other_services_are_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.001)

    async def scene(hub: Hub) -> None:
        stream = await begun(hub)
        hub.changed("psychologist")
        assert await anext(stream) == ": ping\n\n"

    told(scene)


def test_shutting_down_ends_every_stream_at_once() -> None:
    async def scene(hub: Hub) -> None:
        streams = [await begun(hub) for _ in range(20)]
        ends = [asyncio.ensure_future(anext(stream, "end")) for stream in streams]
        await asyncio.sleep(0)
        hub.close()
        assert await asyncio.gather(*ends) == ["end"] * 20

    told(scene)


def test_nobody_listens_on_after_the_end() -> None:
    async def scene(hub: Hub) -> None:
        stream = await begun(hub)
        hub.close()
        assert [message async for message in stream] == []
        assert hub._bells == {}
        hub.changed("rtms_unit")

    told(scene)


def test_a_page_whose_loop_is_gone_does_not_disturb() -> None:
    hub = Hub()

    async def leave() -> None:
        hub._bells[Bell()] = "rtms_unit"

    asyncio.run(leave())
    hub.changed("rtms_unit")


def test_a_sign_in_that_ends_ends_the_stream(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: the page listens through HTTP, and the member signs out elsewhere."""
    here, elsewhere = clinic.http(clinic.physician), clinic.http()
    elsewhere.cookies.update(here.cookies)
    listening, real = threading.Event(), live.stream
    answers: list[str] = []

    async def watched(*given: Any) -> AsyncIterator[str]:
        async for message in real(*given):
            listening.set()
            yield message

    monkeypatch.setattr(live, "stream", watched)
    page = threading.Thread(target=lambda: answers.append(here.get("/accounts/live").text))
    page.start()
    assert listening.wait(SOON)
    assert elsewhere.post("/accounts/api/sign-out").status_code == 204
    page.join(SOON)
    assert not page.is_alive()
    assert answers[0].startswith(READY)


def test_a_commit_is_told(clinic: Clinic) -> None:
    hub = clinic.app.state.hub
    before = hub.changes("accounts"), hub.changes("rtms_unit")
    clinic.join("Ada Neu", roles=["rtms_operator"], units=["rtms_unit"])
    assert hub.changes("accounts") == before[0] + 1
    assert hub.changes("rtms_unit") == before[1]
    clinic.settle()
    assert hub.changes("rtms_unit") > before[1]


def test_many_streams_ask_together_whether_they_may_go_on(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was disabled is found among them; the others go on."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.001)
    running, now = clinic.team["rtms_unit"], clinic.now
    listeners = live.Listeners(running)
    people = [clinic.operator, clinic.physician] * 50
    opened = [SignIn(new_id(), one, now, now + timedelta(hours=1)) for one in people]
    with clinic.work("accounts", clinic.administrator) as work:
        disable_member(work, clinic.physician)
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    async def scene() -> list[bool]:
        with ExitStack() as stack:
            streams = [stack.enter_context(listeners.listening(one)) for one in opened]
            await asyncio.sleep(0.001)
            await streams[0]()
            monkeypatch.setattr(live, "LOOK_SECONDS", 60)
            return [await still_in() for still_in in streams]

    event.listen(running.reader, "before_cursor_execute", count)
    assert asyncio.run(scene()) == [True, False] * 50
    assert asked <= 3  # begin, the sign-ins that were closed, the members
    assert not listeners._here
