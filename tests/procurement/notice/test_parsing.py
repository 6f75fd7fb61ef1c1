"""What is refused, and why; and what is not."""

import bz2
import gzip
import io
import lzma
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from pathlib import Path

import pytest

from services.procurement.notice.reader import read
from services.procurement.notice.unreadable import Reason, Unreadable
from tests.procurement.notice.building import ROOTS, cbc, document, notice, organisation, organisations, party_name

VERSION = cbc("VersionID", "å")
UTF_8 = notice(VERSION)
TEXT = document(VERSION)


def _refused(data: bytes) -> Reason:
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert str(refusal.value).isprintable()
    return refusal.value.reason


def _declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{TEXT}'


def _zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("notice.xml", UTF_8)
    return archive.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        UTF_8[:-1],
        UTF_8[: len(UTF_8) // 2],
        UTF_8 + b"<r/>",
        UTF_8 + b"\0",
        b" " + _declared("UTF-8").encode(),
        b'{"notice_id": "x"}',
        b"notice_id;notice_version",
        bytes(range(256)),
        UTF_8.replace(b"</cbc:VersionID>", b"</cbc:ID>"),
        UTF_8.replace("å".encode(), b"&undeclared;"),
        UTF_8.replace("å".encode(), b"&#0;"),
        UTF_8.replace("å".encode(), b"\x01"),
        UTF_8.replace(b" xmlns:cbc=", b" xmlns:cbd="),
        UTF_8.replace(b"<cbc:VersionID", b'<cbc:VersionID x:y=""'),
    ],
    ids=str,
)
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    """Empty, cut off, something else, or with prefixes and references to nothing."""
    assert _refused(data) is Reason.NOT_WELL_FORMED


@pytest.mark.parametrize("data", [gzip.compress(UTF_8), bz2.compress(UTF_8), lzma.compress(UTF_8), _zipped()])
def test_nothing_is_unpacked(data: bytes) -> None:
    """A compressed notice is refused as what it is."""
    assert _refused(data) is Reason.COMPRESSED


@pytest.mark.parametrize(
    "data",
    [
        BOM_UTF8 + UTF_8,
        BOM_UTF8 + _declared("utf-8").encode(),
        BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        BOM_UTF16_LE + _declared("UTF-16").encode("utf-16-le"),
        BOM_UTF16_BE + _declared("utf-16").encode("utf-16-be"),
        _declared("UTF-16LE").encode("utf-16-le"),
        _declared("iso-8859-1").encode("latin-1"),
        _declared("windows-1252").encode("cp1252"),
        _declared("ISO-8859-15").encode("iso-8859-15"),
        _declared("IBM850").encode("cp850"),
        BOM_UTF32_LE + _declared("UTF-32").encode("utf-32-le"),
    ],
    ids=lambda data: str(data[:50]),
)
def test_an_encoding_that_is_true_is_read(data: bytes) -> None:
    """UTF-8 with or without a mark, UTF-16 with one, and whatever is declared."""
    assert read(data).notice_version == "å"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("latin-1"),
        _declared("UTF-8").encode("latin-1"),
        _declared("US-ASCII").encode(),
        _declared("UTF-16").encode(),
        _declared("no-such-encoding").encode(),
        BOM_UTF8 + _declared("ISO-8859-1").encode(),
        BOM_UTF16_LE + _declared("UTF-8").encode("utf-16-le"),
        BOM_UTF16_LE + _declared("UTF-16BE").encode("utf-16-le"),
        _declared("UTF-8").encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        f'<?xml version="1.0"?>{TEXT}'.encode("utf-16-le"),
        BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1],
        BOM_UTF32_LE + _declared("UTF-16").encode("utf-32-le"),
    ],
    ids=lambda data: str(data[:50]),
)
def test_bytes_that_are_not_in_the_declared_encoding_are_refused(data: bytes) -> None:
    """Also where a byte order mark says what the declaration denies."""
    assert _refused(data) is Reason.NOT_WELL_FORMED


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE ContractNotice>",
        '<!DOCTYPE ContractNotice SYSTEM "notice.dtd">',
        '<!DOCTYPE ContractNotice PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE ContractNotice [<!ENTITY a "b">]>',
        '<!DOCTYPE ContractNotice [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE ContractNotice [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_a_document_type_is_refused(declaration: str, encoding: str) -> None:
    """Even a harmless one, in any encoding."""
    data = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}{TEXT}'.encode(encoding)
    assert _refused(data) is Reason.DOCUMENT_TYPE


def test_nothing_is_fetched_or_included(tmp_path: Path) -> None:
    """Stylesheets, schemas and inclusions are words in a notice like others."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    place = secret.as_uri()
    inclusion = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{place}" parse="text"/>'
    text = document(cbc("VersionID", inclusion, "01"), cbc("ContractFolderID", inclusion))
    schema = f'xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="urn:x {place}"'
    found = read(f'<?xml-stylesheet href="{place}"?>{text.replace(" xmlns=", f" {schema} xmlns=", 1)}'.encode())
    assert (found.notice_version, found.procedure_id) == ("01", None)


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_counts_in_its_own_namespace_only(root: str) -> None:
    """The four roots, each in its own namespace and none in another's, or in none."""
    assert read(notice(root=root)).lots == ()
    for uri in {*ROOTS.values()} - {ROOTS[root]}:
        assert _refused(f'<{root} xmlns="{uri}"/>'.encode()) is Reason.UNKNOWN_ROOT
    assert _refused(f"<{root}/>".encode()) is Reason.UNKNOWN_ROOT


@pytest.mark.parametrize("root", ["Invoice", "contractnotice", "html"])
def test_another_root_is_refused(root: str) -> None:
    """A document of something else."""
    assert _refused(f'<{root} xmlns="{ROOTS["ContractNotice"]}"/>'.encode()) is Reason.UNKNOWN_ROOT


def _padded(length: int) -> bytes:
    """A notice of that many bytes."""
    comment = b"<!--" + b"x" * 9_000_000 + b"-->"
    data = UTF_8 + comment * 2 + b"<!---->"
    return data[:-3] + b"x" * (length - len(data)) + data[-3:]


def test_a_file_may_have_twenty_mebibytes() -> None:
    """Exactly 20 MiB are read, and one byte more is not looked at."""
    assert read(_padded(20 * 2**20)).notice_version == "å"
    assert _refused(_padded(20 * 2**20 + 1)) is Reason.TOO_LARGE


def test_a_text_may_have_ten_megabytes() -> None:
    """Counted in bytes of UTF-8, in values and elsewhere, and also if comments cut it."""
    ten = 10_000_000
    assert len(read(notice(cbc("VersionID", "x" * ten))).notice_version or "") == ten
    for text in ("x" * (ten + 1), "å" * (ten // 2 + 1), f"{'x' * ten}<!-- -->x"):
        assert _refused(notice(cbc("VersionID", text))) is Reason.TEXT_TOO_LONG
        assert _refused(notice(organisations(organisation("ORG-1", party_name(text))))) is Reason.TEXT_TOO_LONG


def test_an_attribute_may_not_have_more_than_ten_megabytes() -> None:
    """Nor may a declared namespace, a comment or a CDATA section."""
    assert read(notice(cbc("VersionID", "1", note="x" * 9_900_000))).notice_version == "1"
    over = "x" * 10_000_001
    assert _refused(notice(cbc("VersionID", "1", note=over))) is Reason.TEXT_TOO_LONG
    assert _refused(notice(f'<a xmlns="{over}"/>')) is Reason.TEXT_TOO_LONG
    assert _refused(notice(f"<!--{over}-->")) is Reason.TEXT_TOO_LONG
    assert _refused(notice(cbc("VersionID", f"<![CDATA[{over}]]>"))) is Reason.TEXT_TOO_LONG


@pytest.mark.parametrize("inside", ["<a>", "<cbc:VersionID>", "<cac:Party>"], ids=["unknown", "value", "known"])
def test_elements_may_be_nested_256_deep(inside: str) -> None:
    """The root counts."""

    def nested(depth: int) -> bytes:
        return notice(inside * (depth - 1), inside.replace("<", "</") * (depth - 1))

    assert read(nested(256)).lots == ()
    assert _refused(nested(257)) is Reason.TOO_DEEP
    assert _refused(nested(300)) is Reason.TOO_DEEP
    assert _refused(nested(100_000)) is Reason.TOO_DEEP
