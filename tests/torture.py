"""How long the tests of faults go on: a few minutes before each change, hours now and then."""

import os

TORTURE = os.environ.get("RELAIS_TORTURE", "") not in ("", "0")


def scaled(short: int, long: int) -> int:
    """The short form of a test for every run, the long one for `make torture`."""
    return long if TORTURE else short
