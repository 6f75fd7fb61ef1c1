"""Notices that have lost, gained or exchanged something: each is read as its remains say, or refused in a sentence."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from deploy.local.sdk import example_notices
from services.procurement.notice.reader import read
from services.procurement.notice.unreadable import Unreadable
from tests.procurement.notice.sdk_reading import SdkReading

ONE_OF_EACH_FORM = (
    "cn_24_minimal.xml",
    "can_24_minimal.xml",
    "change-cn_24_void.xml",
    "pin-cfc-social_24.xml",
    "pin-only_24.xml",
    "E1_minimal.xml",
    "X01_EEIG.xml",
)
SMALL = [name for name, data in example_notices().items() if len(data) < 100_000]

ODD_TEXTS = ("", " \n", "\u00a0", " LOT-0001 ", "none", "cancel", "2024-02-30", "2024-02-29+02:00", "1e3", "å 漢 𝄞")
ODD_ATTRIBUTES = ("schemeName", "listName", "languageID", "currencyID")


def _same_as_second_reading(root: Any) -> None:
    data = etree.tostring(root)
    assert json.loads(json.dumps(read(data).as_json())) == SdkReading(etree.fromstring(data)).as_json()


@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
def test_any_one_element_may_be_missing(name: str) -> None:
    """Each element in turn is taken out, with all that it holds."""
    for number in range(1, len(list(etree.fromstring(example_notices()[name]).iter(etree.Element)))):
        root = etree.fromstring(example_notices()[name])
        element = list(root.iter(etree.Element))[number]
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
        _same_as_second_reading(root)


def _remove(element: Any, _draw: st.DataObject) -> None:
    element.getparent().remove(element)


def _repeat(element: Any, _draw: st.DataObject) -> None:
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def _wrap(element: Any, _draw: st.DataObject) -> None:
    wrapper = etree.Element(element.tag)
    element.getparent().replace(element, wrapper)
    wrapper.append(element)


def _move_last(element: Any, _draw: st.DataObject) -> None:
    element.getparent().append(element)


def _reword(element: Any, draw: st.DataObject) -> None:
    element.text = draw.draw(st.sampled_from(ODD_TEXTS))


def _comment(element: Any, _draw: st.DataObject) -> None:
    element.insert(0, etree.Comment("not a value"))
    element[0].tail = "tail"


def _relabel(element: Any, draw: st.DataObject) -> None:
    element.set(draw.draw(st.sampled_from(ODD_ATTRIBUTES)), draw.draw(st.sampled_from(("", " ", "Lot", "Part", "SWE"))))


def _unlabel(element: Any, _draw: st.DataObject) -> None:
    element.attrib.clear()


ALTERATIONS = (_remove, _repeat, _wrap, _move_last, _reword, _comment, _relabel, _unlabel)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), name=st.sampled_from(SMALL))
def test_any_elements_may_be_altered(data: st.DataObject, name: str) -> None:
    """Several elements are lost, repeated, wrapped, moved or reworded."""
    root = etree.fromstring(example_notices()[name])
    for _ in range(data.draw(st.integers(1, 6))):
        below = list(root.iterdescendants(etree.Element))
        if below:
            data.draw(st.sampled_from(ALTERATIONS))(data.draw(st.sampled_from(below)), data)
    _same_as_second_reading(root)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(ONE_OF_EACH_FORM),
    at=st.floats(0, 1, exclude_max=True),
    instead=st.binary(max_size=4),
    length=st.integers(0, 40),
)
def test_any_bytes_may_be_damaged(name: str, at: float, instead: bytes, length: int) -> None:
    """A damaged file is read or refused in one line, and nothing else is raised."""
    whole = example_notices()[name]
    start = int(at * len(whole))
    _reads_or_refuses(whole[:start] + instead + whole[start + length :])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_bytes_of_any_kind_are_refused_or_read(data: bytes) -> None:
    """Nothing but Unreadable is ever raised."""
    _reads_or_refuses(data)


def _reads_or_refuses(data: bytes) -> None:
    line = ""
    try:
        read(data)
    except Unreadable as refusal:
        line = str(refusal)
    assert line.isprintable()
