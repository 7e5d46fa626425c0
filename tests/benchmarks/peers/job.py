"""The job that everybody is measured with: take note of a message once, and keep a patient's score.

One persistent message of 500 bytes; its id is written down, unless it is there, and only then the
score of the patient is changed. One statement and one commit: nobody is slowed down by ours.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg

PATIENTS = [str(uuid5(UUID(int=0), str(number))) for number in range(1000)]
HANDLE = """
with fresh as (insert into seen (id) values ({}) on conflict do nothing returning id)
insert into score (patient_id, value, count) select {}, {}, 1 from fresh
on conflict (patient_id) do update set value = excluded.value, count = score.count + 1
"""
TABLES = """
create table seen (id uuid primary key, body text, at timestamptz default clock_timestamp());
create table score (patient_id uuid primary key, value float not null, count int not null)
"""
Message = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where this run is: the servers, and names that nobody else uses."""

    broker: str
    postgres: str
    name: str


def place() -> Place:
    return Place(*(os.environ[f"BENCH_{word}"] for word in ("BROKER", "POSTGRES", "NAME")))


def messages(count: int) -> Iterator[Message]:
    """Messages whose JSON has about 500 bytes."""
    for number in range(count):
        yield {
            "id": str(uuid4()),
            "patient_id": PATIENTS[number % len(PATIENTS)],
            "value": 4.0,
            "kind": "measurement.recorded",
            "filling": "x" * 350,
        }


def dsn() -> str:
    here = place()
    return f"{here.postgres}?options=-csearch_path%3D{here.name}"


_mine = threading.local()


def handle(message: Message) -> None:
    """The job, for those who work in threads or processes: a connection for each."""
    if not hasattr(_mine, "connection"):
        _mine.connection = psycopg.connect(dsn(), autocommit=True, prepare_threshold=1)
    values = (message["id"], message["patient_id"], message["value"])
    _mine.connection.execute(HANDLE.format("%s", "%s::uuid", "%s::float"), values)
