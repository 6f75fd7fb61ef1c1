"""Every example notice of the SDK, as it is and written in other ways, against a second reading of it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from deploy.local.places import ROOT
from deploy.local.sdk import example_notices
from services.procurement.notice.model import Kind
from services.procurement.notice.reader import read
from tests.procurement.notice.rewriting import in_encoding, in_order_of_names, with_other_prefixes
from tests.procurement.notice.sdk_reading import SdkReading

NAMES = list(example_notices())


@cache
def _parsed(name: str) -> Any:
    return etree.fromstring(example_notices()[name])


def _read(data: bytes) -> Any:
    return json.loads(json.dumps(read(data).as_json()))


def test_there_are_examples_of_every_root_and_kind() -> None:
    """Otherwise the tests below show less than they seem to."""
    assert len(NAMES) == 92
    assert {etree.QName(_parsed(name)).localname for name in NAMES} == {
        "ContractNotice",
        "ContractAwardNotice",
        "PriorInformationNotice",
        "BusinessRegistrationInformationNotice",
    }
    assert {read(data).kind for data in example_notices().values()} == {*Kind}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_read_as_the_sdks_paths_have_it(name: str) -> None:
    """Also the invalid ones: a notice need not be valid."""
    assert _read(example_notices()[name]) == SdkReading(_parsed(name)).as_json()


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_and_the_order_of_unlike_siblings_do_not_matter(name: str) -> None:
    """A notice says the same in other prefixes, or with its elements sorted by name."""
    expected = _read(example_notices()[name])
    assert _read(etree.tostring(with_other_prefixes(_parsed(name)))) == expected
    assert _read(etree.tostring(in_order_of_names(_parsed(name)))) == expected


@pytest.mark.parametrize(
    "encoding", ["UTF-8", "UTF-16", "UTF-16LE", "ISO-8859-1", "US-ASCII", "windows-1252", "UTF-32"]
)
def test_an_encoding_that_is_declared_is_read(encoding: str) -> None:
    """What an encoding cannot say is written as a character reference."""
    for name in NAMES:
        assert _read(in_encoding(_parsed(name), encoding)) == _read(example_notices()[name]), name


def test_the_published_examples_are_read_as_published() -> None:
    """Where the project's shared texts are at hand, their six expected readings hold to the letter."""
    expected = sorted(Path(ROOT.parent, "shared", "data", "eforms-expected").glob("*.json"))
    for file in expected:
        as_published = json.loads(file.read_text(encoding="utf-8"))
        found = _read(example_notices()[f"{file.stem}.xml"])
        assert (found, list(found)) == (as_published, list(as_published)), file.name
