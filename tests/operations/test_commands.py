"""What an operator types beside a clinic that runs: following events, deciding, closing."""

import json

import pytest

from tests.clinic import Clinic
from tests.operations.centre import (
    COORDINATOR,
    catch_up,
    one,
    relais,
    spoil,
    stuck_event,
    told,
    verified,
)
from tests.referring import refer


@pytest.fixture
def signed(clinic: Clinic) -> Clinic:
    """A clinic of today, whose coordinator has the address that the operator types."""
    catch_up(clinic)
    spoil(
        clinic,
        "coordinator",
        f"update member set email='{COORDINATOR}' where name='Claire Morvan'",  # noqa: S608
    )
    return clinic


def test_the_newest_events_say_how_far_everybody_is(clinic: Clinic) -> None:
    refer(clinic)
    lines = told(clinic, "events", "tail", "--kind", "referral.requested").splitlines()
    assert len(lines) == 1
    assert (
        "pain_physician  referral.requested.v1  coordinator handled, rtms_unit handled" in lines[0]
    )
    assert len(told(clinic, "events", "tail", "-n", "3").splitlines()) == 3
    assert told(clinic, "events", "tail", "--service", "psychologist") == ""


def test_an_event_tells_its_whole_story_and_no_name(clinic: Clinic) -> None:
    refer(clinic)
    event_id = told(clinic, "events", "tail", "--kind", "referral.requested").split()[2]
    shown = told(clinic, "events", "show", event_id)
    assert "referral.requested.v1, announced by pain_physician" in shown
    assert "rtms_unit    handled, number 1: sent" in shown
    assert "caused       referral.received of rtms_unit" in shown
    assert f"actor        member:{clinic.physician}" in shown
    assert "details" in shown
    for secret in ("Lefèvre", "Hélène", "stimulation", "sealed"):
        assert secret not in shown
    effect = shown.partition("referral.received of rtms_unit, ")[2].split()[0]
    assert f"caused by    referral.requested of pain_physician, {event_id}" in told(
        clinic, "events", "show", effect
    )
    unknown = relais(clinic, "events", "show", str(clinic.coordinator))
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_what_is_under_way_is_counted(clinic: Clinic) -> None:
    refer(clinic)
    counted = told(clinic, "events", "stats")
    assert "  to rtms_unit: 1 handled, sent 1.00 times each" in counted
    figures = json.loads(told(clinic, "events", "stats", "--json"))
    assert figures["rtms_unit"]["inbox"]["handled"] > 0


def test_what_is_parked_is_listed_and_tried_again(
    signed: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = stuck_event(signed, monkeypatch)
    listed = told(signed, "parked", "list")
    assert f"{event_id}  referral.requested of pain_physician, parked at rtms_unit" in listed
    assert "version 1 is not known to this release" in listed
    shown = told(signed, "events", "show", str(event_id))
    assert "there it is parked: referral.requested version 1 is not known" in shown
    refused = relais(signed, "parked", "retry", str(event_id), "--as", "nobody@centre.example")
    assert refused.exit_code == 2
    assert "No coordinator of the team has this address." in refused.stderr
    assert "rtms_unit is told" in told(
        signed, "parked", "retry", str(event_id), "--as", COORDINATOR.upper()
    )
    catch_up(signed)
    assert told(signed, "parked", "list") == "0 events are parked.\n"
    assert one(signed, "rtms_unit", "select count(*) from referral") == 1
    query = "select actor from audit_entry where action='retry-event'"
    assert one(signed, "rtms_unit", query) == f"member:{signed.coordinator}"


def test_what_is_skipped_needs_a_name_and_a_reason(
    signed: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = stuck_event(signed, monkeypatch)
    skip = ("parked", "skip", str(event_id), "--as", COORDINATOR, "--reason")
    assert relais(signed, *skip, "x").exit_code == 2
    assert relais(signed, "parked", "skip", str(event_id), "--as", COORDINATOR).exit_code == 2
    assert one(signed, "rtms_unit", "select state from inbox where state='parked'") == "parked"
    told(signed, *skip, "Entered twice.")
    catch_up(signed)
    assert one(signed, "rtms_unit", "select error from inbox where state='skipped'") == (
        "Entered twice."
    )
    shown = told(signed, "events", "show", str(event_id))
    assert f"there it is skipped by member:{signed.coordinator}" in shown
    assert "Entered twice." not in shown
    assert relais(signed, *skip, "Entered twice.").exit_code == 2
    assert verified(signed)["problems"] == []


def test_only_what_is_gone_is_closed(signed: Clinic) -> None:
    refer(signed)
    close = ("events", "close", "--as", COORDINATOR, "--reason", "The unit was closed.", "--to")
    assert relais(signed, *close, "rtms_unit").exit_code == 2
    assert relais(signed, *close, "nobody").exit_code == 2
    spoil(
        signed,
        "pain_physician",
        "update delivery set subscriber='gone', state='sent', next_try_at='2026-01-01' "
        "where subscriber='interop'",
    )
    assert any("'relais events close' ends that" in said for said in verified(signed)["notices"])
    assert told(signed, *close, "gone") == "pain_physician: 1 deliveries to gone are ended\n"
    assert verified(signed)["notices"] == []
    ended = "select error from delivery where subscriber='gone'"
    assert one(signed, "pain_physician", ended).endswith(": The unit was closed.")
    query = "select outcome from audit_entry where action='close-deliveries'"
    assert one(signed, "pain_physician", query) == "1 gone"
    assert not any("audit" in said for said in verified(signed)["problems"])
