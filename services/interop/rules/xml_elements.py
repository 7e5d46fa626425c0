"""From the bytes of an XML message to its elements: no DTD, no entities, no outside world."""

from dataclasses import dataclass, field
from xml.parsers import expat

from services.interop.rules.json_tree import MAX_DEPTH, MAX_OBJECTS, NOT_UTF8, TOO_DEEP, TOO_MANY
from services.interop.rules.refusal import MessageRefused, malformed
from services.interop.rules.tree import shown
from shared.i18n import N_

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
SEPARATOR = " "
MAX_ELEMENTS = 3 * MAX_OBJECTS
"""More than objects, because in XML every value is an element too."""

NO_DTD = N_("A DOCTYPE is not accepted in a message.")
NOT_XML = N_("The text is not well-formed XML.")
NOT_FHIR = N_("Every element must belong to the namespace http://hl7.org/fhir.")
LOOSE_TEXT = N_("FHIR writes values in attributes; text between the elements is not accepted.")


@dataclass
class Element:
    """One element: its name without namespace, its attributes, and what stands inside."""

    name: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)


def read_elements(body: bytes) -> Element:
    """The root element, or a refusal that names the line."""
    reader = _Reader()
    try:
        # As text, because a mark at the beginning could still choose another encoding.
        reader.parser.Parse(body.decode("utf-8"), True)
    except UnicodeDecodeError:
        raise malformed("Bundle", NOT_UTF8, "invalid") from None
    except expat.ExpatError as error:
        position = f"line {error.lineno}, column {error.offset + 1}"
        raise malformed("Bundle", NOT_XML, "invalid", position) from None
    return reader.root.children[0]


class _Reader:
    """Collects elements. The encoding is fixed, so that a declared one cannot change the text."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self.open = [self.root]
        self.narrative = self.count = 0
        self.parser = expat.ParserCreate("utf-8", SEPARATOR)
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise self._malformed(NO_DTD, "security")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(SEPARATOR)
        if len(self.open) + self.narrative > MAX_DEPTH:
            raise self._malformed(TOO_DEEP)
        if self.narrative or space == XHTML:
            self._start_narrative(name)
        elif space == FHIR:
            self._append(Element(name, _plain(attributes)))
        else:
            raise self._malformed(NOT_FHIR)

    def _start_narrative(self, name: str) -> None:
        # The narrative is for eyes; Relais reads the data, so only its presence is kept.
        if not self.narrative:
            self.open[-1].children.append(Element(name, {}))
        self.narrative += 1

    def _append(self, element: Element) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise self._malformed(TOO_MANY, "too-costly")
        self.open[-1].children.append(element)
        self.open.append(element)

    def _end(self, _: str) -> None:
        if self.narrative:
            self.narrative -= 1
        else:
            self.open.pop()

    def _text(self, characters: str) -> None:
        if not self.narrative and not characters.isspace():
            raise self._malformed(LOOSE_TEXT)

    def _malformed(self, sentence: str, code: str = "invalid") -> MessageRefused:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return malformed(self._path(), sentence, code, f"line {line}, column {column}")

    def _path(self) -> str:
        return ".".join(shown(element.name) for element in self.open[1:12]) or "Bundle"


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes of FHIR itself; those of other namespaces (xsi:schemaLocation) say nothing."""
    return {name: value for name, value in attributes.items() if SEPARATOR not in name}
