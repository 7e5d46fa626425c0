"""Addresses inside Relais, and the test that an address given by a browser is one of them."""

import re
from urllib.parse import quote

SIGN_IN = "/accounts/sign-in"
START = "/"

# One slash, plain words, no dots at the start of a word: nothing that any browser reads as a host.
_PATH = re.compile(r"/(?:[A-Za-z0-9_$~-][A-Za-z0-9._$~-]*/?)*", re.ASCII)
_QUERY = re.compile(r"[A-Za-z0-9._~%&=+-]*", re.ASCII)


def local(address: str, otherwise: str = START) -> str:
    """The address if it is certainly one of ours, else `otherwise`."""
    path, _, query = address.partition("?")
    ours = _PATH.fullmatch(path) and "//" not in path and _QUERY.fullmatch(query)
    return address if ours else otherwise


def sign_in_and_back(address: str) -> str:
    """The sign-in page that leads back to where the person wanted to go."""
    back = local(address)
    return SIGN_IN if back == START else f"{SIGN_IN}?next={quote(back, safe='/')}"
