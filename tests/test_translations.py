"""Every sentence that a person may read is there in French, once, and fits the same values."""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from services.interop.describing.schemas import sentence_of
from shared.events import EVENTS

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "templates" / "locales" / "fr.po"
PAGES = sorted(f for f in (ROOT / "templates").rglob("*.*") if f.suffix in {".html", ".txt"})
CODE = sorted(f for folder in ("services", "shared") for f in (ROOT / folder).rglob("*.py"))
AS_RENDERED = {
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "extensions": "jinja2.ext.do",
    "silent": "false",
}
# Where a call carries a sentence: the number of the argument, and its name.
MARKED = {"N_": (0, ""), "gettext": (0, ""), "ngettext": (0, ""), "Page": (1, "title")}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
STRAY_PERCENT = re.compile(r"(?<!%)%(?![%(])")


@dataclass(frozen=True)
class Sentence:
    """An English sentence and where somebody wrote it."""

    text: str
    at: str


def sentences_of_page(source: str, at: str) -> Iterator[Sentence]:
    found = babel_extract(io.BytesIO(source.encode()), list(DEFAULT_KEYWORDS), (), AS_RENDERED)
    for line, _, message, _ in found:
        text = message[0] if isinstance(message, tuple) else message
        if text:
            yield Sentence(text, f"{at}:{line}")


def sentences_of_code(source: str, at: str, refusals: set[str]) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(source)):
        for text in sentence_in(node, refusals):
            yield Sentence(text, f"{at}:{getattr(node, 'lineno', 0)}")


def sentence_in(node: ast.AST, refusals: set[str]) -> list[str]:
    if isinstance(node, ast.Call):
        argument = sentence_argument(node, refusals)
        return literals(argument) if argument else []
    if isinstance(node, ast.ClassDef) and node.name in refusals:
        return [text for default in defaults_of(node) for text in literals(default)]
    return []


def sentence_argument(call: ast.Call, refusals: set[str]) -> ast.expr | None:
    """The argument of a call that a person will read, if it has one."""
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    if name not in MARKED and name not in refusals:
        return None
    position, keyword = MARKED.get(name, (0, "sentence"))
    named = [k.value for k in call.keywords if k.arg == keyword]
    return call.args[position] if len(call.args) > position else next(iter(named), None)


def literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def defaults_of(refusal: ast.ClassDef) -> list[ast.expr]:
    """The sentences that a refusal says when it is raised without one."""
    return [
        default
        for method in refusal.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for default in method.args.defaults
    ]


def refusals_in(sources: list[str]) -> set[str]:
    """The names of `Refused` and of all that descend from it."""
    classes = [
        n for source in sources for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ClassDef)
    ]
    names = {"Refused"}
    while more := {c.name for c in classes if names & bases_of(c)} - names:
        names |= more
    return names


def bases_of(node: ast.ClassDef) -> set[str]:
    return {getattr(base, "attr", "") or getattr(base, "id", "") for base in node.bases}


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def refusals() -> set[str]:
    return refusals_in([file.read_text(encoding="utf-8") for file in CODE])


@pytest.fixture(scope="module")
def on_pages() -> list[Sentence]:
    pages = [(file.read_text(encoding="utf-8"), place(file)) for file in PAGES]
    return [sentence for source, at in pages for sentence in sentences_of_page(source, at)]


@pytest.fixture(scope="module")
def in_code(refusals: set[str]) -> list[Sentence]:
    code = [(file.read_text(encoding="utf-8"), place(file)) for file in CODE]
    marked = [s for source, at in code for s in sentences_of_code(source, at, refusals)]
    # What an event means is said once, in its class, and shown to whoever builds on it.
    told = [Sentence(sentence_of(event), event.__module__) for event in EVENTS.values()]
    return marked + told


@pytest.fixture(scope="module")
def entries() -> list[Message]:
    with CATALOGUE.open("rb") as stream:
        return [message for message in read_po(stream, locale="fr") if message.id]


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text)]


def test_every_sentence_is_there_in_french(
    on_pages: list[Sentence], in_code: list[Sentence], entries: list[Message]
) -> None:
    complete = [e for e in entries if all(forms(e.string)) and not e.fuzzy]
    known = {form for entry in complete for form in forms(entry.id)}
    missing = [f"{s.at}: {s.text}" for s in on_pages + in_code if s.text not in known]
    assert not missing, "\n".join(["No French entry in templates/locales/fr.po:", *missing])


def test_no_entry_is_left_over(
    on_pages: list[Sentence], in_code: list[Sentence], entries: list[Message]
) -> None:
    used = {sentence.text for sentence in on_pages + in_code}
    left_over = [forms(e.id)[0] for e in entries if not used & set(forms(e.id))]
    assert left_over == [], "Nobody says this, or it is not marked with N_() where it is written."


def test_no_sentence_is_translated_twice() -> None:
    written = re.findall(r'^msgid ((?:".*"\n)+)', CATALOGUE.read_text(encoding="utf-8"), re.M)
    counted = Counter("".join(map(ast.literal_eval, text.splitlines())) for text in written)
    assert [text for text, times in counted.items() if times > 1] == []


def test_both_languages_fill_in_the_same_values(entries: list[Message]) -> None:
    different = [
        (wanted, form)
        for entry in entries
        for wanted in forms(entry.id)[-1:]
        for form in forms(entry.string)
        if Counter(PLACEHOLDER.findall(wanted)).keys() != Counter(PLACEHOLDER.findall(form)).keys()
        or len(STRAY_PERCENT.findall(wanted)) != len(STRAY_PERCENT.findall(form))
    ]
    assert different == []


def test_a_per_cent_sign_on_a_page_is_doubled(on_pages: list[Sentence]) -> None:
    """Templates fill in every sentence, so a lone sign would swallow the next letter."""
    assert [s for s in on_pages if STRAY_PERCENT.search(s.text)] == []


def test_a_refusal_is_written_out_where_it_is_raised(refusals: set[str]) -> None:
    """A sentence put together from pieces cannot be found, so nobody would translate it."""
    built = [
        f"{place(file)}:{call.lineno}"
        for file in CODE
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(sentence_argument(call, refusals), ast.JoinedStr | ast.BinOp)
    ]
    assert built == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ _("Hello") }}', ["Hello"]),
        ('{{ _("born %(date)s", date=x) }}', ["born %(date)s"]),
        ('{{ ngettext("%(num)s day", "%(num)s days", n) }}', ["%(num)s day"]),
        ("{% trans %}\n  Two\n  lines\n{% endtrans %}", ["Two lines"]),
        ('{% set words = {"a": _("In a table")} %}', ["In a table"]),
        ("{{ plain }} text", []),
    ],
)
def test_sentences_are_found_in_pages(source: str, found: list[str]) -> None:
    assert [s.text for s in sentences_of_page(source, "here")] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('WORDS = {"a": N_("Marked")}', ["Marked"]),
        ('raise RuleBroken("No: %(x)s.", x=1)', ["No: %(x)s."]),
        ('raise errors.Refused(sentence="Named.")', ["Named."]),
        ('raise RuleBroken("Yes." if x else "No.")', ["Yes.", "No."]),
        ('class Gone(Refused):\n  def __init__(self, s: str = "Gone."): ...', ["Gone."]),
        ('Page("/board", "Board", roles)', ["Board"]),
        ('raise ValueError("For programmers")', []),
    ],
)
def test_sentences_are_found_in_code(source: str, found: list[str]) -> None:
    names = refusals_in([source, "class RuleBroken(Refused): ..."])
    assert [s.text for s in sentences_of_code(source, "here", names)] == found
