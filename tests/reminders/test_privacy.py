"""No mail says who is treated, where, or for what: canaries that must never sing."""

import base64
import quopri
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from services.reminders.rules import wording
from shared.events import Identity, PatientRegistered, ReferralDetails, ReferralRequested
from shared.mail import as_bytes
from tests.reminders.post import Post

CANARIES = {
    "family": "Quetzalcanari",
    "given": "Ysoldine-Canari",
    "number": "987 654 321",
    "phone": "+33 6 98 76 54 32",
    "email": "canari@patiente.example",
    "address": "7 impasse du Canari-Vert",
    "doctor_name": "Dr Kanarienvogel",
    "question": "Canari-question brûlures",
    "reason": "Canari-raison trijumeau",
}
SAYS_TOO_MUCH = (
    "rtms",
    "psycholog",
    "psychologue",
    "psycho",
    "pain",
    "douleur",
    "stimulation",
    "therap",
    "thérap",
    "physician",
    "patient",
    "session",
    "séance",
)


def in_every_form(text: str) -> set[bytes]:
    """A text as it is, and as it hides in a mail or an address."""
    raw = text.encode()
    forms = {raw, raw.upper(), raw.lower(), quote(text).encode(), quopri.encodestring(raw).strip()}
    forms |= {base64.b64encode(raw).rstrip(b"="), text.encode("utf-16-le")}
    return forms


def identity() -> Identity:
    known = {key: value for key, value in CANARIES.items() if key in Identity.model_fields}
    return Identity.model_validate({"birth_date": date(1958, 9, 3), **known})


def register(post: Post, patient_id: UUID, referral_id: UUID) -> None:
    """The patient is known to everybody, and referred with all the words."""
    with post.clinic.work("pain_physician") as work:
        who = work.seal(identity(), patient_id)
        words = ReferralDetails(question=CANARIES["question"], reason=CANARIES["reason"])
        work.announce(PatientRegistered(patient_id=patient_id, identity=who))
        work.announce(
            ReferralRequested(
                patient_id=patient_id,
                referral_id=referral_id,
                requester="pain_physician",
                performer="rtms_unit",
                requested_at=work.now,
                identity=who,
                details=work.seal(words, patient_id),
            )
        )


def everything(post: Post) -> list[bytes]:
    """Every mail as it goes over the wire, and its readable parts."""
    parts: list[bytes] = []
    for message in post.sent:
        parts += [as_bytes(message), message.text.encode(), message.html.encode()]
        parts.append(message.subject.encode())
    return parts


def tell_everybody(post: Post) -> dict[str, Any]:
    """Every kind of mail, about one patient of whom everything is known."""
    obligation = post.owes()
    about = post.owed[obligation]
    register(post, about["patient_id"], about["referral_id"])
    post.tick()
    for step in ("remind", "chase", "tell-coordinator", "hand-back"):
        post.late(obligation, step)
        post.tick()
    for what in wording.TASKS:
        post.owes(what, patient_id=about["patient_id"], urgent=True)
    post.tick()
    return about


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_mail_names_a_patient(post: Post, language: str) -> None:
    for unit, role in (("rtms_unit", "rtms_operator"), ("pain_physician", "physician")):
        post.clinic.join("Léa Roy", roles=[role], units=[unit], language=language)
    post.clinic.settle()
    about = tell_everybody(post)
    secrets = {form for canary in CANARIES.values() for form in in_every_form(canary)}
    for key in ("patient_id", "referral_id", "subject"):
        secrets |= {str(about[key]).encode(), about[key].hex.encode()}
    assert len(post.sent) > 20
    for raw in everything(post):
        assert not [secret for secret in secrets if secret in raw]


@pytest.mark.slow
def test_no_mail_says_which_care_it_is_about(post: Post) -> None:
    for unit, role in (("rtms_unit", "rtms_operator"), ("psychologist", "psychologist")):
        post.clinic.join("Léa Roy", roles=[role], units=[unit], language="fr")
    post.clinic.settle()
    for debtor in ("rtms_unit", "psychologist", "psychophysical_therapist", "pain_physician"):
        for what in wording.TASKS:
            obligation = post.owes(what, debtor=debtor, urgent=True)
            post.late(obligation, "chase")
    post.tick()
    assert len(post.sent) > 60
    for message in post.sent:
        said = f"{message.subject} {message.text} {message.html}".lower()
        for word in SAYS_TOO_MUCH:
            assert word not in said, word
