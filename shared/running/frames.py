"""Tells what is in a frame, and whether those who speak in it have sent it."""

from shared.backbone import bus as queue
from shared.backbone import inbox
from shared.backbone.bus import Frame

KNOWN = (queue.EVENTS, queue.RECEIPTS, queue.HEARTBEAT, queue.POSITIONS)
IN_ANOTHERS_NAME = "its sender is not the one who speaks in it"


def unwanted(frame: Frame) -> str:
    """Why a frame is kept for a person instead of being read; empty for all others."""
    if frame.dead_lettered:
        return "dead-lettered by the queue"
    return "" if frame.content_type in KNOWN else "the content type is not one of ours"


def of_kind(frames: list[Frame], content_type: str) -> list[Frame]:
    return [frame for frame in frames if frame.content_type == content_type and not unwanted(frame)]


def read_events(frames: list[Frame]) -> tuple[list[inbox.Heard], list[inbox.Unread]]:
    """The events of these frames that their own sources have sent, and what cannot be read."""
    heard: list[inbox.Heard] = []
    unread: list[inbox.Unread] = []
    events = of_kind(frames, queue.EVENTS)
    for sender in dict.fromkeys(frame.sender for frame in events):
        said, unreadable = inbox.read([frame.body for frame in events if frame.sender == sender])
        unread += unreadable
        for one in said:
            if sender in (None, one.key[0]):
                heard.append(one)
            else:
                text = one.text.encode()
                unread.append(inbox.Unread(text, IN_ANOTHERS_NAME, text))
    return heard, unread
