"""Who the patients are: kept by every service that has taken one on, found by name or number."""

from shared.patients.records import identity_of, merge, read, search, store, update_if_known
from shared.patients.tables import Patient

__all__ = ["Patient", "identity_of", "merge", "read", "search", "store", "update_if_known"]
