"""How a name is found, without accents and capitals; and the words for how a patient stands."""

import re
import unicodedata

ACTIVE, DECEASED, TRANSFERRED = "active", "deceased", "transferred"
GONE = (DECEASED, TRANSFERRED)
"""Patients who are no longer treated here."""

_SEPARATORS = re.compile(r"[^0-9a-z]+")
# Letters that Unicode does not take apart into a plain letter and an accent.
_SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def words(text: str) -> list[str]:
    """The plain words of a text: `Hélène Lefèvre-Roux` is helene, lefevre, roux."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED_OUT))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return [word for word in _SEPARATORS.split(letters) if word]


def search_key(*texts: str) -> str:
    """What is stored to be searched: every word after a blank, and numbers also in one piece."""
    found = [word for text in texts for word in words(text)]
    whole_numbers = ["".join(words(text)) for text in texts if _is_number(text)]
    return " " + " ".join(dict.fromkeys([*found, *whole_numbers]))


def _is_number(text: str) -> bool:
    """Whether a text is a number in groups, such as `250 871`."""
    parts = words(text)
    return len(parts) > 1 and all(part.isdigit() for part in parts)
