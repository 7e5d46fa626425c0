"""Named places where a test may kill, freeze or fail the system; silent in production."""

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def reach(point: str) -> None:
    """Say that execution is at `point`. Does nothing unless a test installed a hook."""
    if _hook is not None:
        _hook(point)


def install(hook: Callable[[str], None] | None) -> None:
    """Install the hook of a fault test (None removes it). Never called by the product."""
    global _hook  # noqa: PLW0603 - one hook for one process is the whole point
    _hook = hook
