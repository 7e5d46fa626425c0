"""Who the patients are: kept by every service that has taken one on, found by name or number."""

from shared.patients.gone import Standing, refuse_gone, set_standing, standing_of, why_gone
from shared.patients.records import identity_of, merge, read, search, store, update_if_known
from shared.patients.tables import Patient

__all__ = [
    "Patient",
    "Standing",
    "identity_of",
    "merge",
    "read",
    "refuse_gone",
    "search",
    "set_standing",
    "standing_of",
    "store",
    "update_if_known",
    "why_gone",
]
