"""A system outside the team, played by a test: it stores what it hears, and answers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.backbone.bus import Bus
from shared.running import House
from shared.settings import Settings

NAME = "hospital_record"
FILE = f"""
[{NAME}]
title = "Hospital record"
hears = ["session.*", "referral.requested"]
purpose = "Shows the appointments of our patients in the hospital's own record."
contact = "records@hospital.example"
"""
SAID_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def with_outsider(settings: Settings, text: str = FILE) -> Settings:
    """The same settings with a file of subscribers, also where the queue is the one in memory."""
    file = settings.data_dir / "subscribers.toml"
    Path(file).write_text(text, encoding="utf-8")
    return settings.model_copy(update={"subscribers_file": file})


class Outsider:
    """What it has heard, in the order of arrival."""

    def __init__(self, house: House) -> None:
        self.heard: list[dict[str, Any]] = []
        self._bus = Bus(house.settings, NAME, (), house.hearing)

    def listen(self, say: str = "handled") -> int:
        """Take everything that waits, answer each event with one word, and acknowledge."""
        frames = self._bus.take(50)
        for frame in frames:
            batch = json.loads(frame.body)
            self.heard += batch
            for event in batch:
                source = event["source"].removeprefix("/relais/")
                self._bus.answer(source, json.dumps([_receipt(event, source, say)]).encode())
            frame.acknowledge()
        return len(frames)

    def close(self) -> None:
        self._bus.close()


def _receipt(event: dict[str, Any], source: str, say: str) -> dict[str, Any]:
    return {
        "source": source,
        "event_id": event["id"],
        "subscriber": NAME,
        "state": say,
        "at": SAID_AT.isoformat(),
        "stored_at": SAID_AT.isoformat(),
        "error": "" if say == "handled" else "not understood here",
    }
