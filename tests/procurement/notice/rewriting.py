"""The same notice in other words: prefixes, order, encodings."""

from typing import Any

from lxml import etree


def with_other_prefixes(root: Any) -> Any:
    """A copy with meaningless prefixes, and with UBL's basic components as the default namespace."""
    namespaces = sorted({etree.QName(element).namespace for element in root.iter(etree.Element)})
    prefixes: dict[Any, str] = {f"p{number}": uri for number, uri in enumerate(namespaces)}
    prefixes[None] = next((uri for uri in namespaces if "Basic" in uri), namespaces[0])
    copy = etree.Element(root.tag, dict(root.attrib), nsmap=prefixes)
    _copy_children(root, copy)
    return copy


def _copy_children(source: Any, target: Any) -> None:
    target.text = source.text
    for child in source.iterchildren(etree.Element):
        _copy_children(child, etree.SubElement(target, child.tag, dict(child.attrib)))


def in_order_of_names(root: Any) -> Any:
    """A copy whose elements are sorted by name, at every level; those of one name keep their order."""
    copy = etree.fromstring(etree.tostring(root))
    for element in copy.iter(etree.Element):
        element[:] = sorted(element.iterchildren(etree.Element), key=lambda child: child.tag)
    return copy


def in_encoding(root: Any, encoding: str) -> bytes:
    """The document in an encoding, which it declares; with a byte order mark where the encoding has one."""
    document = etree.tostring(root, encoding="unicode")
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{document}'
    return text.encode(encoding, "xmlcharrefreplace")
