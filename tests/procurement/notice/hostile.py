"""Files made to cost more than they weigh. Each is at most a few bytes over 20 MiB and made when it is asked for."""

import gzip
from collections.abc import Callable, Mapping

from tests.procurement.notice.building import ROOTS

SIZE = 20 * 2**20
_ROOT = f'<ContractNotice xmlns="{ROOTS["ContractNotice"]}">'.encode()
_END = b"</ContractNotice>"


def _doctype(declarations: str, text: str) -> bytes:
    return f"<!DOCTYPE ContractNotice [{declarations}]>".encode() + _ROOT + text.encode() + _END


def _filled(unit: bytes, end: bytes = _END) -> bytes:
    return _ROOT + unit * ((SIZE - len(_ROOT) - len(end)) // len(unit)) + end


def _laughs() -> bytes:
    levels = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(30))
    return _doctype(f'<!ENTITY a0 "ha">{levels}', "&a30;")


def _attributes(template: str, count: int) -> bytes:
    return _ROOT + b"<a " + " ".join(template.format(n) for n in range(count)).encode() + b"/>" + _END


REFUSED: Mapping[str, Callable[[], bytes]] = {
    "billion-laughs": _laughs,
    "quadratic-entity": lambda: _doctype(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 100_000),
    "parameter-entities": lambda: _doctype('<!ENTITY % a "x">' + "%a;" * 100_000, ""),
    "external-entity": lambda: _doctype('<!ENTITY a SYSTEM "file:///dev/zero">', "&a;"),
    "external-dtd": lambda: b'<!DOCTYPE ContractNotice SYSTEM "file:///dev/zero">' + _ROOT + _END,
    "doctype-of-20-mib": lambda: _doctype("<!ENTITY a 'b'>" * (SIZE // 16), ""),
    "gzip-bomb": lambda: gzip.compress(_filled(b" ")),
    "300-levels": lambda: _ROOT + b"<a>" * 300 + b"</a>" * 300 + _END,
    "levels-of-20-mib": lambda: _filled(b"<a>"),
    "over-20-mib": lambda: _filled(b"<a/>") + b"\n" * 200,
    "text-of-20-mib": lambda: _filled(b"x"),
    "white-space-of-20-mib": lambda: _filled(b" "),
    "attribute-of-19-mb": lambda: _ROOT + b'<a b="' + b"x" * 19_000_000 + b'"/>' + _END,
    "character-references": lambda: _ROOT + b"<a b='" + b"&#65;" * 3_900_000 + b"'/>" + _END,
    "attributes-of-20-mib": lambda: _attributes('a{0:x}=""', 2_000_000),
    "namespaces-of-20-mib": lambda: _attributes('xmlns:a{0:x}="u"', 1_100_000),
    "prefixes-to-nothing": lambda: _filled(b"<x:a/>"),
    "attributes-to-nothing": lambda: _filled(b'<a x:b=""/>'),
    "another-root-of-20-mib": lambda: b"<a>" + b"<a/>" * (SIZE // 4 - 4) + b"</a>",
    "name-of-20-mib": lambda: b"<" + b"x" * (SIZE - 3) + b"/>",
    "comment-of-20-mib": lambda: _ROOT + b"<!--" + b"x" * (SIZE - 200) + b"-->" + _END,
    "zeros": lambda: b"\0" * SIZE,
}
"""Each must be refused."""

READ: Mapping[str, Callable[[], bytes]] = {
    "empty-elements": lambda: _filled(b"<a/>"),
    "empty-comments": lambda: _filled(b"<!---->"),
    "instructions": lambda: _filled(b"<?a?>"),
    "texts": lambda: _filled(b"<a>x</a> "),
    "attributes": lambda: _attributes('a{0:x}=""', 500_000),
}
"""Nothing in these breaks a rule: they are read, and say nothing."""
