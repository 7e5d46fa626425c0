"""No text of a questionnaire under licence is in the repository; those of open forms are listed."""

import hashlib
import re
from pathlib import Path

import pytest

from shared.measuring import INSTRUMENTS, OPEN
from shared.measuring.items import FORMS, TEXTS

ROOT = Path(__file__).parent.parent.parent
IN_THE_REPOSITORY = {"phq-9": OPEN, "pgic": OPEN}
"""Whose texts are here, and the licence class that allows it."""
SHINGLE = 5
# Digests of five words in a row from forms under licence: to find them without holding them.
TELL_TALE = {
    "hads-a": {"fdb2019442c48a05", "9e9de107612d00d3"},
    "hads-d": {"e524114a9d308e13"},
    "dn4": {"bc924ce7060e795c", "1c930c364ecb8ca5", "8b3af819bae76521"},
    "pcs": {"17e5fdf043957159", "b061414759d02d9c"},
    "bpi-interference": {"fab00113be902da1", "7db2ea860c63e6b5"},
    "npsi-total": {"fa58489267f46c71"},
}
KINDS = {".py", ".html", ".txt", ".po", ".md", ".json"}
FOLDERS = ("services", "shared", "templates", "tests", "docs")
FILES = sorted(
    file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.suffix in KINDS
)


def digests(text: str) -> set[str]:
    """Each run of five words as a digest; quotes and line ends of code count for nothing."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    runs = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    return {hashlib.sha256(run.encode()).hexdigest()[:16] for run in runs}


def test_the_texts_that_are_here_are_those_of_open_instruments() -> None:
    assert {code: INSTRUMENTS[code].licence for code in TEXTS} == IN_THE_REPOSITORY
    assert FORMS.keys() <= TEXTS.keys()
    for code, form in FORMS.items():
        assert {form.lead, *form.questions, *form.answers} <= set(TEXTS[code])


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_words_of_a_form_under_licence_are_here(folder: str) -> None:
    forbidden = {digest: code for code, some in TELL_TALE.items() for digest in some}
    found = {
        file.relative_to(ROOT).as_posix(): forbidden[digest]
        for file in FILES
        if file.relative_to(ROOT).parts[0] == folder
        for digest in digests(file.read_text(encoding="utf-8", errors="replace")) & forbidden.keys()
    }
    assert found == {}


def test_the_search_finds_words_over_quotes_and_line_ends() -> None:
    text = 'question = (\n    "Little interest or "\n    "pleasure in doing things"\n)'
    wanted = digests("interest or pleasure in doing")
    assert wanted <= digests(text)
