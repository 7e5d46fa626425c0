"""From a referral to the mail about it, through every service that has a part in it."""

from datetime import UTC, datetime

import pytest

from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.referring import QUESTION, refer


def receivers(clinic: Clinic) -> list[str]:
    """Who got a mail since the last look."""
    names = sorted(message.to_name for message in clinic.mailer.sent)
    clinic.mailer.sent.clear()
    return names


def later(clinic: Clinic, **duration: float) -> None:
    """Time passes; what the ladders say is heard, and mailed."""
    clinic.wait(**duration)
    clinic.team.tick()


def at(clinic: Clinic, day: int, hour: int, minute: int = 0) -> None:
    """It is this time of a day in November, in UTC; what is due is done."""
    clinic.clock.set(datetime(2026, 11, day, hour, minute, tzinfo=UTC))
    later(clinic, minutes=0)


def test_whoever_must_answer_a_referral_hears_of_it_until_it_is_answered(clinic: Clinic) -> None:
    referred = refer(clinic, "rtms_unit")
    later(clinic, minutes=1)
    assert clinic.mailer.sent == []
    at(clinic, 24, 6, 30)
    first = clinic.mailer.sent[0]
    assert QUESTION not in first.text
    assert receivers(clinic) == ["Tomas Hartl"]
    # On the day it is due, the reminder of the ladder does not wait for the next morning.
    at(clinic, 26, 9)
    assert clinic.mailer.sent[0].references == first.message_id
    assert receivers(clinic) == ["Tomas Hartl"]
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.accept(work, referred.id)
    at(clinic, 27, 6, 30)
    told = {message.subject.split(" (")[0] for message in clinic.mailer.sent}
    assert (receivers(clinic), told) == (["Tomas Hartl"], {"Something new waits for you"})


def test_the_link_in_the_mail_leads_to_the_referral(clinic: Clinic) -> None:
    referred = refer(clinic, "psychologist")
    at(clinic, 24, 6, 30)
    link = next(word for word in clinic.mailer.sent[0].text.split() if "/open/" in word)
    browser = clinic.http(clinic.psychologist)
    opened = browser.get(link.removeprefix(clinic.settings.address))
    assert f'href="{referred.url}"' in opened.text
    assert browser.get(referred.url).status_code == 200


@pytest.mark.slow
def test_a_referral_that_nobody_answers_comes_back(clinic: Clinic) -> None:
    refer(clinic, "rtms_unit")
    told: set[str] = set()
    for _ in range(24):
        later(clinic, days=1)
        told |= set(receivers(clinic))
    assert told == {"Tomas Hartl", "Claire Morvan", "Dr Élise Caradec"}
    assert clinic.verify() == []


def test_a_concern_is_told_at_night_and_by_the_hour(clinic: Clinic) -> None:
    referred = refer(clinic, "psychologist")
    later(clinic, minutes=1)
    clinic.mailer.sent.clear()
    clinic.clock.set(datetime(2026, 11, 28, 22, 0, tzinfo=UTC))
    with clinic.work("psychologist", clinic.psychologist) as work:
        unit.raise_concern(work, referred.id, "Says that life is not worth it any more.")
    later(clinic, minutes=1)
    message = clinic.mailer.sent[0]
    assert message.subject.startswith("Urgent")
    assert "worth" not in message.text
    assert receivers(clinic) == ["Dr Élise Caradec"]
    later(clinic, hours=1)
    assert "Dr Élise Caradec" in receivers(clinic)
    later(clinic, hours=2)
    assert "Claire Morvan" in receivers(clinic)
