"""Bytes that anyone may have sent → the part of a notice that `fields.py` names, or Unreadable.

The file is read twice: first whether it is XML at all, then for the elements that a path needs. Nothing else is built,
so that memory follows what is read and not what was sent. Nothing is unpacked, expanded, fetched or included.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from lxml import etree

from services.procurement.notice.encoding import check_declared_encoding
from services.procurement.notice.fields import KEPT_ATTRIBUTES, KEPT_ELEMENTS, KEPT_VALUES, NAMESPACES, ROOTS
from services.procurement.notice.unreadable import Reason, Unreadable, one_line

if TYPE_CHECKING:
    from services.procurement.notice.fields import Element

MAX_BYTES = 20 * 2**20
MAX_TEXT_BYTES = 10_000_000  # libxml2 itself keeps to this for an attribute, a comment and a whole start tag
MAX_DEPTH = 256
_TOO_LONG = f"a text, an attribute or a comment in it is longer than {MAX_TEXT_BYTES // 10**6} MB"
_TOO_DEEP = f"its elements are nested more than {MAX_DEPTH} deep"
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")
_FOREIGN_CHARACTERS = 160


def parse(data: bytes) -> "Element":
    """Return the notice's root with what the paths need below it. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(Reason.TOO_LARGE, f"it is larger than {MAX_BYTES // 2**20} MiB")
    if data.startswith(_COMPRESSED):
        raise Unreadable(Reason.COMPRESSED, "it is an archive or compressed; unpack it first")
    check_declared_encoding(data)
    _run(data, _Nothing())  # at libxml2's own speed: what is no XML is refused before a line of ours sees its elements
    needed = _Needed()
    _run(data, needed)
    return needed.root()


def _run(data: bytes, target: "_Nothing") -> None:
    """Let a target hear the document. Raises Unreadable."""
    as_lxml_has_it = cast("etree.ParserTarget", target)  # its stubs ask for methods that it does without
    parser = etree.XMLParser(target=as_lxml_has_it, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from error
    _check_namespaces(parser)


class _Nothing:
    """A parser target that builds nothing, and ends at a document type declaration."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise Unreadable(Reason.DOCUMENT_TYPE, "it has a document type declaration; a notice needs none: remove it")

    def close(self) -> None:
        """Return nothing: lxml asks after a failure too."""


class _Needed(_Nothing):
    """A parser target: builds the elements that a path needs, and the text of those that carry a value."""

    def __init__(self) -> None:
        self._tree = etree.TreeBuilder()
        self._depth = 0
        self._built_depth = 0  # less than the depth while we are inside something that no path needs
        self._in_value = False
        self._text_bytes = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        around = self._depth
        self._depth = around + 1
        self._text_bytes = 0
        if around == MAX_DEPTH:
            raise Unreadable(Reason.TOO_DEEP, _TOO_DEEP)
        if around == 0:
            _check_root(tag)
        elif around != self._built_depth or self._in_value or tag not in KEPT_ELEMENTS:
            return
        self._built_depth = self._depth
        self._in_value = tag in KEPT_VALUES
        kept: dict[str | bytes, str | bytes] = {n: attributes[n] for n in attributes if n in KEPT_ATTRIBUTES}
        declared = NAMESPACES if around == 0 else None  # once, or each element would declare its own again
        self._tree.start(tag, kept, declared)  # type: ignore[call-arg]  # missing in lxml's stubs

    def data(self, text: str) -> None:
        self._text_bytes += len(text) if text.isascii() else len(text.encode())
        if self._text_bytes > MAX_TEXT_BYTES:
            raise Unreadable(Reason.TEXT_TOO_LONG, _TOO_LONG)
        if self._in_value:  # an element's text is all the text within, that of elements inside it too
            self._tree.data(text)

    def end(self, tag: str) -> None:
        if self._depth == self._built_depth:
            self._built_depth -= 1
            self._in_value = False
            self._tree.end(tag)
        self._depth -= 1
        self._text_bytes = 0

    def root(self) -> "Element":
        """Return what was built of a document that was read to its end."""
        return self._tree.close()


def _check_root(tag: str) -> None:
    if tag not in ROOTS:
        raise Unreadable(Reason.UNKNOWN_ROOT, f"its root, {_short(tag)}, is not that of an eForms notice")


def _refusal(error: etree.XMLSyntaxError) -> Unreadable:
    """Return our words for libxml2's: its limits are not faults of form."""
    said = _short(error.msg or "no reason given")
    code = error.code  # type: ignore[attr-defined]  # lxml's errors have it, its stubs do not
    if "Excessive depth" in said:
        return Unreadable(Reason.TOO_DEEP, _TOO_DEEP)
    if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "too big" in said:
        return Unreadable(Reason.TEXT_TOO_LONG, _TOO_LONG)
    return Unreadable(Reason.NOT_WELL_FORMED, f"it is not well-formed XML: {said}")


def _check_namespaces(parser: etree.XMLParser) -> None:
    """Raise Unreadable for an undeclared prefix and its like: libxml2 notes them for a target, and goes on."""
    for entry in parser.error_log.filter_from_errors():
        if entry.domain == etree.ErrorDomains.NAMESPACE:
            raise Unreadable(Reason.NOT_WELL_FORMED, f"it is not well-formed XML: {_short(entry.message)}")


def _short(foreign: str) -> str:
    return one_line(foreign[:_FOREIGN_CHARACTERS])
