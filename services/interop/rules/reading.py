"""Judging a message: which event it is, which referral it means, and what it asks for."""

from dataclasses import replace

from services.interop.rules.bundle import Resource, Resources, last_part
from services.interop.rules.message import (
    CANCEL,
    ID_KEY,
    NEW,
    NUMBER_KEY,
    UNSAID,
    UPDATE,
    PatientIdentity,
    ReferralMessage,
    Referrer,
)
from services.interop.rules.patient import birth_date_warnings, patient, referred_patient
from services.interop.rules.referrer import party, referrer
from services.interop.rules.refusal import TAKEN, Fault, malformed, not_taken
from services.interop.rules.tree import Node, codes, instant, node, nodes, text
from services.interop.rules.wording import wording
from shared.i18n import N_

REFERRAL_REQUEST = "servicerequest-request"
REASONS = {"new": NEW, "update": UPDATE, "delete": CANCEL}
OPEN = "active"
WITHDRAWN = ("revoked", "entered-in-error")
STATUSES = (OPEN, *WITHDRAWN, "draft", "on-hold", "completed", "unknown")
URGENCIES = ("routine", "urgent", "asap", "stat")

NOT_A_MESSAGE = N_("The Bundle must be of type message.")
NO_HEADER = N_("The first entry of a message must be its MessageHeader.")
OTHER_EVENT = N_("Relais takes the event servicerequest-request only, not this one.")
UNKNOWN_REASON = N_("The reason of the message must be new, update or delete.")
NO_FOCUS = N_("The message says no focus: it must refer to the ServiceRequest.")
LOST_FOCUS = N_("The focus refers to a resource that the message does not hold.")
OTHER_FOCUS = N_("The focus of a referral must be a ServiceRequest.")
TWO_REFERRALS = N_("One message is about one referral; send the others by themselves.")
UNKNOWN_STATUS = N_("The status of the ServiceRequest is not one that FHIR has.")
NOT_ACTIONABLE = N_("Relais acts on a ServiceRequest that is active, revoked or entered-in-error.")
UNKNOWN_PRIORITY = N_("The priority must be routine, urgent, asap or stat.")
NOT_TO_BE_DONE = N_("A request not to do something is not a referral.")
CHANGED_MEANING = N_("This changes the meaning of the resource in a way that Relais does not know.")
NO_PATIENT = N_("The referral names no patient.")
LOST_PATIENT = N_("The referral refers to a patient that the message does not hold.")
SHORTENED = N_("The words of the referral were longer than is kept here and were shortened.")
NO_PERSON = N_("The subject of a referral must be a Patient.")


def read_referral(bundle: Node) -> ReferralMessage:
    """What the message asks for, or `MessageRefused`. The bundle has been checked against FHIR."""
    resources = Resources(bundle)
    header = _header(bundle, resources)
    _require_referral_event(header)
    request = _request(resources, header)
    _require_plain(header, request)
    reason, status = _intention(header, request)
    known, warnings = _patient(resources, request)
    words = wording(resources, request)
    if words.was_shortened:
        warnings += (Fault(TAKEN, "too-long", request.expression, SHORTENED),)
    return ReferralMessage(
        reason=reason,
        status=status,
        source=_source(header),
        message_id=_message_id(bundle, header),
        referral_keys=_referral_keys(bundle, request),
        patient=known,
        referrer=referrer(resources, header, request),
        wording=words,
        urgency=_urgency(request),
        authored_on=instant(request.node.get("authoredOn")),
        sent_at=instant(bundle.get("timestamp")),
        warnings=warnings,
    )


def _header(bundle: Node, resources: Resources) -> Resource:
    if text(bundle.get("type")) != "message":
        raise not_taken("Bundle.type", NOT_A_MESSAGE, "value")
    if not resources.all or resources.all[0].type != "MessageHeader":
        raise malformed("Bundle.entry[0].resource", NO_HEADER, "invariant")
    return resources.all[0]


def _require_referral_event(header: Resource) -> None:
    event = text(node(header.node.get("eventCoding")).get("code"))
    if event != REFERRAL_REQUEST:
        element = "eventUri" if "eventUri" in header.node else "eventCoding"
        raise not_taken(header.at(element), OTHER_EVENT)


def _request(resources: Resources, header: Resource) -> Resource:
    """The one ServiceRequest that the focus means, itself or through a Task."""
    listed = nodes(header.node.get("focus"))
    if not listed:
        raise not_taken(header.at("focus"), NO_FOCUS, "required")
    meant = [_meant(resources, each, header) for each in listed]
    found = [each for each in meant if each]
    requests = {each.expression: each for each in found if each.type == "ServiceRequest"}
    if len(requests) > 1:
        raise not_taken(header.at("focus"), TWO_REFERRALS)
    if not requests:
        sentence, code = (OTHER_FOCUS, "not-supported") if found else (LOST_FOCUS, "not-found")
        raise not_taken(header.at("focus"), sentence, code)
    return next(iter(requests.values()))


def _meant(resources: Resources, reference: Node, header: Resource) -> Resource | None:
    found = resources.follow(reference, header)
    if found and found.type == "Task":
        return resources.follow(found.node.get("focus"), found) or found
    return found


def _require_plain(*read: Resource) -> None:
    """Refuse what FHIR says must not be overlooked: modifiers, implicit rules, a negation."""
    for resource in read:
        for element in ("modifierExtension", "implicitRules"):
            if resource.node.get(element):
                raise not_taken(resource.at(element), CHANGED_MEANING, "extension")
        if resource.node.get("doNotPerform") is True:
            raise not_taken(resource.at("doNotPerform"), NOT_TO_BE_DONE)


def _intention(header: Resource, request: Resource) -> tuple[str, str]:
    """What to do (new, update, cancel, or unsaid) and the status of the request."""
    status = text(request.node.get("status"))
    if status not in STATUSES:
        raise not_taken(request.at("status"), UNKNOWN_STATUS, "code-invalid")
    reason = _reason(header)
    if status in WITHDRAWN:
        return CANCEL, status
    if reason == CANCEL:
        # A deleted message never asks for work, whatever its request still says.
        return CANCEL, "entered-in-error"
    if status != OPEN:
        raise not_taken(request.at("status"), NOT_ACTIONABLE)
    return reason, status


def _reason(header: Resource) -> str:
    given = codes(header.node.get("reason"))
    known = [REASONS[code] for code in given if code in REASONS]
    if given and not known:
        raise not_taken(header.at("reason"), UNKNOWN_REASON, "code-invalid")
    return known[0] if known else UNSAID


def _urgency(request: Resource) -> str:
    urgency = text(request.node.get("priority")) or "routine"
    if urgency not in URGENCIES:
        raise not_taken(request.at("priority"), UNKNOWN_PRIORITY, "code-invalid")
    return urgency


def _patient(resources: Resources, request: Resource) -> tuple[PatientIdentity, tuple[Fault, ...]]:
    reference = node(request.node.get("subject"))
    found = resources.follow(reference, request)
    place = request.at("subject")
    if found is None:
        return _patient_by_number(reference, place), ()
    if found.type != "Patient":
        raise not_taken(place, NO_PERSON)
    _require_plain(found)
    doctor = _doctor(resources, found)
    known = replace(patient(found), doctor_name=doctor.name, doctor_contact=doctor.contact)
    return known, birth_date_warnings(found)


def _patient_by_number(reference: Node, place: str) -> PatientIdentity:
    """A patient whom the message does not hold, but names by a business identifier."""
    if text(node(reference.get("identifier")).get("value")):
        return referred_patient(reference, place)
    sentence = LOST_PATIENT if reference.get("reference") else NO_PATIENT
    raise not_taken(place, sentence, "not-found" if reference.get("reference") else "required")


def _doctor(resources: Resources, found: Resource) -> Referrer:
    """The patient's own doctor, if the message says who that is."""
    listed = nodes(found.node.get("generalPractitioner"))
    return party(resources, listed[0], found) if listed else Referrer()


def _source(header: Resource) -> str:
    source = node(header.node.get("source"))
    return text(source.get("endpoint")) or text(source.get("name"))


def _message_id(bundle: Node, header: Resource) -> str:
    named = _number(node(bundle.get("identifier")))
    return named or text(bundle.get("id")) or header.id or header.full_url


def _referral_keys(bundle: Node, request: Resource) -> tuple[str, ...]:
    """By its business identifiers, else by its id in the message, else by the message's own."""
    numbers = [_number(each) for each in nodes(request.node.get("identifier"))]
    ids = [last_part(request.full_url), request.id.lower()]
    message = _number(node(bundle.get("identifier")))
    keys = [NUMBER_KEY + number for number in numbers if number] + [ID_KEY + i for i in ids if i]
    return tuple(dict.fromkeys(keys or ([NUMBER_KEY + message] if message else [])))


def _number(identifier: Node) -> str:
    value = text(identifier.get("value"))
    return f"{text(identifier.get('system'))}|{value}" if value else ""
