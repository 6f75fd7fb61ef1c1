"""Personal fields become ciphertext and are read again (shared/persons/sealing.py)."""

import base64
import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from shared.contracts.cloudevent import encode
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.values import Enc, Key, OrgNr, Plain
from shared.deciding import Entry
from shared.persons.recording import sealed
from shared.persons.sealing import KeyNotFetched, Place, Redacted, SealBroken, seal, seal_field, sealed_fields, unseal
from tests.shared.persons.events import Booked, Guest, Seated, envelope

KEY = Key("contact/b1", bytes(range(32)))
PLACE = Place("/gotland/inn", "booking/b1", "e1", "/host")
CANARY = "Kanarie Kanariesson"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def plain(value: object) -> Plain:
    """Give a clear field under the key."""
    return Plain(json.dumps(value), KEY)


def full() -> Booked:
    """Give an event with a personal field in every place."""
    return Booked(
        table="7", host=plain(CANARY), wish=plain({"diet": CANARY}), guests=(Guest(seat=1, name=plain(CANARY)),),
        payer=OrgNr(kind="personnummer", value_enc=plain(CANARY)), notes={"a/b~c": plain(CANARY)},
    )  # fmt: skip


def seal_full() -> Booked:
    """Seal it with nonces that count."""
    numbers = count()
    return seal(
        full(), origin="/gotland/inn", stream="booking/b1", event_id="e1", nonce=lambda: next(numbers).to_bytes(12)
    )


@given(JSON, st.binary(min_size=12, max_size=12), st.text(), st.text(), st.text(), st.text())
def test_what_was_sealed_is_read_again(value: Any, nonce: bytes, origin: str, stream: str, id_: str, name: str) -> None:
    """Any JSON opens at the place and with the key that it was sealed for."""
    place = Place(origin, stream, id_, name)
    assert unseal(seal_field(plain(value), place, nonce), KEY, place) == value


@pytest.mark.parametrize("part", ["origin", "stream", "event_id", "field"])
def test_a_field_opens_only_where_it_was_sealed(part: str) -> None:
    """Moved to another log, stream, event or field, it does not open, and the sentence says where."""
    enc = seal_field(plain(1), PLACE, bytes(12))
    moved = replace(PLACE, **{part: "elsewhere"})
    with pytest.raises(SealBroken, match="was altered or moved; compare the log with its checkpoint"):
        unseal(enc, KEY, moved)


@given(st.tuples(*[st.text(max_size=5)] * 4), st.tuples(*[st.text(max_size=5)] * 4))
def test_two_places_are_never_bound_alike(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """The additional data of two places is the same only if the places are."""
    assert (Place(*one).bound_to("k") == Place(*other).bound_to("k")) == (one == other)


def test_a_field_under_another_keys_name_does_not_open() -> None:
    """The key's name is bound too: who renames the key of a ciphertext breaks it."""
    enc = seal_field(plain(1), PLACE, bytes(12)).model_copy(update={"key_ref": "contact/b2"})
    with pytest.raises(SealBroken):
        unseal(enc, Key("contact/b2", KEY.material), PLACE)


@pytest.mark.parametrize("name", ["nonce", "ciphertext"])
@pytest.mark.parametrize("value", ["", "?", base64.b64encode(bytes(12)).decode(), base64.b64encode(bytes(48)).decode()])
def test_an_altered_field_does_not_open(name: str, value: str) -> None:
    """Whatever stands there instead is told apart from a field that was sealed."""
    enc = seal_field(plain(1), PLACE, b"0" * 12).model_copy(update={name: value})
    with pytest.raises(SealBroken):
        unseal(enc, KEY, PLACE)


def test_without_its_key_a_field_is_redacted() -> None:
    """A destroyed key leaves a value of a type of its own, not an error and not a gap."""
    enc = seal_field(plain(CANARY), PLACE, bytes(12))
    assert unseal(enc, None, PLACE) == Redacted("contact/b1")
    assert Redacted("contact/b1").shown() == {"redacted": True}


def test_every_field_of_an_event_is_sealed_where_it_stands() -> None:
    """At the top, in a list, in a value and in a mapping, each is bound to its own pointer."""
    event = seal_full()
    assert event.payer is not None
    assert event.notes is not None
    found = {
        "/host": event.host, "/wish": event.wish, "/guests/0/name": event.guests[0].name,
        "/payer/valueEnc": event.payer.value_enc, "/notes/a~1b~0c": event.notes["a/b~c"],
    }  # fmt: skip
    for pointer, enc in found.items():
        assert isinstance(enc, Enc)
        assert CANARY in str(unseal(enc, KEY, replace(PLACE, field=pointer)))
    assert dict(sealed_fields(event)) == found


def test_no_clear_text_is_left_in_the_bytes() -> None:
    """A sealed event can be stored, and its bytes do not hold what was written; an unsealed one cannot."""
    data = encode(envelope(seal_full()))
    assert b"Kanarie" not in data
    assert base64.b64encode(CANARY.encode())[:8] not in data
    with pytest.raises(Exception, match="clear text"):
        encode(envelope(full()))


def test_a_correction_of_a_personal_field_is_sealed() -> None:
    """What is put right is as personal as it was."""
    event = EventCorrected(
        corrects=CorrectedRef(event_id="e1", stream="booking/b1", index=3), kind="wrong-value",
        changes=(Change(pointer="/host", after=plain(CANARY)),), reason="Felskrivet", corrected_by="s1",
    )  # fmt: skip
    done = seal(event, origin="/gotland/inn", stream="booking/b1", event_id="e2", nonce=lambda: bytes(12))
    place = Place("/gotland/inn", "booking/b1", "e2", "/changes/0/after")
    stored = json.loads(encode(envelope(done)))["data"]["changes"][0]["after"]
    assert set(stored) == {"keyRef", "alg", "nonce", "ciphertext"}
    assert unseal(Enc.model_validate(stored), KEY, place) == CANARY


def test_an_event_without_personal_fields_is_the_same_object() -> None:
    """Most events name nobody, and cost nothing."""
    event = Seated(table="7")
    assert seal(event, origin="o", stream="s", event_id="e", nonce=lambda: bytes(12)) is event


def test_a_field_without_a_key_is_not_stored() -> None:
    """A command that was not prepared at the edge is a fault of ours, and says which field."""
    event = Booked(table="7", host=Plain('"x"'))
    with pytest.raises(KeyNotFetched, match="booking/b1/host is personal and has no key"):
        seal(event, origin="o", stream="booking/b1", event_id="e", nonce=lambda: bytes(12))


def test_length_does_not_tell_what_was_written() -> None:
    """An illness and a job are ciphertexts of one length."""
    lengths = {
        len(seal_field(plain(reason), PLACE, bytes(12)).ciphertext) for reason in ("death", "employment", "x" * 30)
    }
    assert len(lengths) == 1


def test_nothing_secret_is_printed() -> None:
    """Neither a key nor a clear field shows in a repr or in a trace."""
    printed = f"{KEY!r} {plain(CANARY)!r} {full()!r} {full()}"
    assert "Kanarie" not in printed
    assert KEY.material.hex() not in printed
    assert repr(KEY.material) not in printed


def test_the_append_names_the_key_in_the_envelope() -> None:
    """The entry that is stored says under whose key it is sealed; one without personal fields stays as it is."""
    entry = sealed(Entry("inn.events", envelope(full())))
    assert entry.envelope.keyid == "contact/b1"
    assert isinstance(entry.envelope.data, Booked)
    assert to_json(entry.envelope.data.host)
    untouched = Entry("inn.events", envelope(Seated(table="7")))
    assert sealed(untouched) is untouched
