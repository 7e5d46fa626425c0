"""Calls every address of the house, with something real in every place of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from uuid import UUID

from sqlalchemy import Connection, inspect, text

from services.accounts import actions as accounts
from services.coordinator.actions import wall as wall_screens
from services.reminders import actions as reminders
from services.reminders.actions import refusing
from shared.discipline.deeds import FOLLOW_UP, REFERRAL, SESSION
from tests.clinic import Clinic
from tests.known import PLACE, Known
from tests.web.doors_of import Address, addresses

ENDLESS = "/live"
"""The end of the address of a stream, which goes on as long as somebody listens."""
NOT_COUNTED = {"audit_entry", "audit_head"}
"""What a look may leave behind."""


class Crawl:
    """Knows what to write into each place of an address."""

    def __init__(self, clinic: Clinic, most: int = 2) -> None:
        self._known, self._most = Known(clinic), most
        with clinic.work("accounts", clinic.administrator) as work:
            link = accounts.invite(work, clinic.therapist)
        with clinic.work("coordinator", clinic.coordinator) as work:
            wall = wall_screens.make_screen(work, "corridor", "", "fr")[1]
        with clinic.work("reminders", clinic.operator) as work:
            feed = reminders.open_feed(work)
            way_out = refusing.way_out(work.settings, clinic.therapist)
        self._words: Mapping[str, Sequence[str]] = {
            # Each opens one of the doors that know no sign-in, and no other.
            "secret": [link.rpartition("/")[2], wall, way_out],
            "name": ["answer-referral"],
            "key": [feed.rpartition("/")[2].removesuffix(".ics")],
            "verb": sorted({*REFERRAL, *SESSION, *FOLLOW_UP}),
            "kind": ["remind"],
            "service": ["rtms_unit"],
            "begins": ["2026-12-24"],
            "code": ["phq-9", "hodaj-2015"],
            "version": ["1"],
            "language": ["fr"],
            "event": ["referral.accepted.v1"],
        }

    def urls(self, path: str) -> Iterator[str]:
        """The addresses of a path, some for each place that it has."""
        places = PLACE.findall(path)
        for values in product(*(self._values(path, place) for place in places)):
            url = path
            for place, value in zip(places, values, strict=True):
                url = url.replace(f"{{{place}}}", value)
            yield url

    def _values(self, path: str, place: str) -> Sequence[str]:
        return self._words.get(place) or self._known.ids(path, place)[: self._most]


def looks(clinic: Clinic) -> list[Address]:
    """All that is only looked at, but for the streams; what disciplines share in one of them."""
    every = [one for one in addresses(clinic.app) if one.method == "GET"]
    whole = [one for one in every if one.path == ENDLESS or not one.path.endswith(ENDLESS)]
    return list({one.endpoint: one for one in whole}.values())


def everybody(clinic: Clinic) -> list[UUID]:
    """One member of each role."""
    return [
        clinic.physician,
        clinic.operator,
        clinic.psychologist,
        clinic.therapist,
        clinic.coordinator,
        clinic.administrator,
    ]


def digests(clinic: Clinic) -> dict[str, str]:
    """What every table of every service holds, in short."""
    found = {}
    for running in clinic.team:
        with running.reader.connect() as connection:
            for table in sorted(set(inspect(connection).get_table_names()) - NOT_COUNTED):
                found[f"{running.name}.{table}"] = _digest(connection, table)
    return found


def _digest(connection: Connection, table: str) -> str:
    rows = sorted(map(repr, connection.execute(text(f'select * from "{table}"'))))  # noqa: S608
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
