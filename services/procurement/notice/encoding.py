"""Whether a file's bytes are in the encoding that its XML declaration names (XML 1.0, 4.3.3).

libxml2 checks it for encodings that look like ASCII at the beginning. Where the first bytes tell UTF-16 or UTF-32, or
where there is a byte order mark, it believes these and reads over the declaration, so a false one must be found here.
"""

import re
from typing import NamedTuple

from services.procurement.notice.unreadable import Reason, Unreadable

_DECLARED = re.compile(r"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_DECLARATION_BYTES = 1000  # a declaration has a version, an encoding and a yes or no


class _Beginning(NamedTuple):
    first: bytes
    codec: str
    may_declare: frozenset[str]
    must_declare: bool


_UTF_8 = frozenset(("UTF-8", "UTF8"))
_UTF_16_LE = frozenset(("UTF-16", "UTF-16LE", "UTF16", "ISO-10646-UCS-2", "UCS-2"))
_UTF_16_BE = _UTF_16_LE - {"UTF-16LE"} | {"UTF-16BE"}
_UTF_32_LE = frozenset(("UTF-32", "UTF-32LE", "UTF32", "ISO-10646-UCS-4", "UCS-4"))
_UTF_32_BE = _UTF_32_LE - {"UTF-32LE"} | {"UTF-32BE"}

_BEGINNINGS = (  # the longer first: UTF-32's mark begins with UTF-16's
    _Beginning(b"\xff\xfe\0\0", "utf-32-le", _UTF_32_LE, must_declare=False),
    _Beginning(b"\0\0\xfe\xff", "utf-32-be", _UTF_32_BE, must_declare=False),
    _Beginning(b"<\0\0\0", "utf-32-le", _UTF_32_LE, must_declare=True),
    _Beginning(b"\0\0\0<", "utf-32-be", _UTF_32_BE, must_declare=True),
    _Beginning(b"\xef\xbb\xbf", "utf-8", _UTF_8, must_declare=False),
    _Beginning(b"\xff\xfe", "utf-16-le", _UTF_16_LE, must_declare=False),
    _Beginning(b"\xfe\xff", "utf-16-be", _UTF_16_BE, must_declare=False),
    _Beginning(b"<\0", "utf-16-le", _UTF_16_LE, must_declare=True),
    _Beginning(b"\0<", "utf-16-be", _UTF_16_BE, must_declare=True),
)


def check_declared_encoding(data: bytes) -> None:
    """Raise Unreadable if the first bytes and the declaration contradict each other."""
    beginning = next((known for known in _BEGINNINGS if data.startswith(known.first)), None)
    if beginning is None:
        return
    found = _DECLARED.search(data[:_DECLARATION_BYTES].decode(beginning.codec, "ignore"))
    if found is None and beginning.must_declare:
        raise Unreadable(
            Reason.NOT_WELL_FORMED,
            f"it is {beginning.codec} without a byte order mark, and does not say so; write it as UTF-8",
        )
    if found is not None and found[1].upper() not in beginning.may_declare:
        raise Unreadable(
            Reason.NOT_WELL_FORMED,
            f"it says that its encoding is {found[1]}, but it is {beginning.codec}; correct the XML declaration",
        )
