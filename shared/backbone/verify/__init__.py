"""Checks that what services announced and what others applied agree; changes nothing."""

from collections.abc import Collection, Mapping

from sqlalchemy import Engine

from shared.backbone.verify.findings import Report
from shared.backbone.verify.inboxes import check_inbox
from shared.backbone.verify.logs import check_log, check_outside
from shared.backbone.verify.pairs import Pair
from shared.backbone.verify.snapshots import Tell, opened, standing_still

__all__ = ["Report", "examine", "standing_still", "verify"]


def verify(engines: Mapping[str, Engine], *, settled: bool = False) -> list[str]:
    """Problems in sentences, none when the promise is kept. `engines`: service -> its database.

    With `settled`, nothing may be under way any more: every event is handled or skipped.
    """
    return examine(engines, settled=settled).problems


def examine(
    engines: Mapping[str, Engine],
    *,
    settled: bool = False,
    outside: Collection[str] = (),
    tell: Tell = lambda _: None,
) -> Report:
    """Compare the books of all services, while they work; `engines` can read, and only read.

    `outside`: subscribers whose own books are not here. `tell` hears how far it has come. Events
    are read one after the other and compared in the databases: memory does not grow with them.
    """
    report = Report(settled=settled)
    with opened(engines, tell) as books:
        for service in engines:
            tell(f"{service}: its inbox")
            check_inbox(books.inboxes[service], report)
        for service in engines:
            tell(f"{service}: its log")
            check_log(books.logs[service], {*engines, *outside}, report)
            check_outside(books.logs[service], outside, report)
        for source in engines:
            for subscriber in engines:
                if subscriber != source:
                    Pair(books, source, subscriber, report).compare()
    return report
