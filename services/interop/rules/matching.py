"""Whether two descriptions are of the same person. When in doubt they are not."""

from shared.events import Identifier, Identity
from shared.patients.rules import words


def number(identifier: Identifier) -> str:
    """An identifier as it is compared: spaces inside a number do not count."""
    return f"{identifier.system.strip()}|{''.join(identifier.value.split())}"


def name_and_birth(identity: Identity) -> str:
    """Full name and date of birth as they are compared, or nothing when one of them is missing."""
    name = words(f"{identity.family} {identity.given}")
    return f"{' '.join(name)}|{identity.birth_date}" if name and identity.birth_date else ""


def contradict(one: Identity, other: Identity) -> bool:
    """Whether an organisation numbers them differently: then they are two people."""
    if _numbers(one) & _numbers(other):
        return False
    systems = {identifier.system.strip() for identifier in one.identifiers}
    return any(identifier.system.strip() in systems for identifier in other.identifiers)


def is_same(one: Identity, other: Identity) -> bool:
    """By a common identifier, or by the same full name and date of birth."""
    if _numbers(one) & _numbers(other):
        return True
    by_name = name_and_birth(one)
    return bool(by_name) and by_name == name_and_birth(other) and not contradict(one, other)


def may_be_corrected(known: Identity, said: Identity) -> bool:
    """Whether a later message about a referral still speaks of its patient.

    A misspelt name or a wrong date may be put right, but not both at once, and not the number:
    whoever uses an old key for another person must not overwrite the first one.
    """
    if is_same(known, said):
        return True
    if contradict(known, said):
        return False
    same_name = words(f"{known.family} {known.given}") == words(f"{said.family} {said.given}")
    same_birth = known.birth_date is not None and known.birth_date == said.birth_date
    return same_name or same_birth


def _numbers(identity: Identity) -> set[str]:
    return {number(identifier) for identifier in identity.identifiers}
