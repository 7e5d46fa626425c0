"""Every planted bug fits today's source and names a test that is there; some are caught here."""

import ast
from pathlib import Path

import pytest

from tests.mutants.bug import ROOT, Bug, DoesNotApply
from tests.mutants.catalogue import BUGS
from tests.mutants.planting import catch, copy_of_the_tree

AT_LEAST = 25
QUICK = (
    "an unreadable message keeps its neighbours out",
    "it is sent again at a fixed interval",
    "a name may hold a zero byte",
    "a note that was signed for one purpose opens another",
    "a seal opens for any patient",
    "a queue that is away is tried in a hurry",
)
"""Of different kinds, each caught in about a second; `make mutants` plants all of them."""


def by_name(bug: Bug) -> str:
    return bug.name


def test_there_are_enough_and_no_two_are_the_same() -> None:
    assert len(BUGS) >= AT_LEAST
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    assert len({(bug.file, bug.right, bug.wrong) for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("bug", BUGS, ids=by_name)
def test_a_bug_fits_the_source_of_today(bug: Bug, tmp_path: Path) -> None:
    copy = tmp_path / bug.file
    copy.parent.mkdir(parents=True)
    copy.write_text((ROOT / bug.file).read_text(encoding="utf-8"), encoding="utf-8")
    before = bug.plant(tmp_path)
    after = copy.read_text(encoding="utf-8")
    assert after != before
    if copy.suffix == ".py":
        ast.parse(after)


@pytest.mark.parametrize("bug", BUGS, ids=by_name)
def test_a_bug_names_a_test_that_is_there(bug: Bug) -> None:
    file, _, name = bug.caught_by.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    names = name.partition("[")[0].split("::")  # a bug may name one case of a test
    assert ".".join(names) in _tests_in(tree.body)


def _tests_in(body: list[ast.stmt], within: str = "") -> set[str]:
    """The functions of a file, and those of its classes as `Class.function`."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found.add(within + node.name)
        elif isinstance(node, ast.ClassDef):
            found |= _tests_in(node.body, f"{node.name}.")
    return found


def test_a_bug_that_does_not_fit_any_more_is_told_by_its_name(tmp_path: Path) -> None:
    gone = Bug("nobody knows it", "code.py", "right()\n", "wrong()\n", "tests/x.py::test_x")
    for text in ("", "right()\nright()\n"):
        (tmp_path / "code.py").write_text(text)
        with pytest.raises(DoesNotApply, match="nobody knows it"):
            gone.plant(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_few_bugs_are_caught_here_and_sound_code_is_not() -> None:
    bugs = {bug.name: bug for bug in BUGS}
    with copy_of_the_tree() as root:
        missed = [name for name in QUICK if not catch(bugs[name], root).caught]
        sound = Bug("none", "shared/faults.py", "import", "import", bugs[QUICK[0]].caught_by)
        harmless = catch(sound, root)
    assert missed == []
    assert not harmless.caught, harmless.said
