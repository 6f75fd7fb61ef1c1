"""What the edge does: keys for a command before it is decided, sealed fields of a row before it is shown."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.values import Enc, Key, Plain
from shared.deciding import Entry
from shared.persons.fields import personal_fields, reference
from shared.persons.keys import KeyDestroyed
from shared.persons.memory import MemoryKeys
from shared.persons.opening import closed, opened
from shared.persons.preparing import NoKeyNamed, SealedFromOutside, prepare
from shared.persons.recording import sealed
from shared.persons.vault import KeyVault
from tests.shared.persons.events import Amend, Book, Booked, Clean, Guest, Seated, Whisper, envelope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENC = {"keyRef": "contact/b1", "alg": "A256GCM", "nonce": "AAAA", "ciphertext": "AAAA"}


def book(**fields: object) -> Book:
    """Give a booking as an officer writes it."""
    return Book.model_validate({"at": NOW, "host": "Eva", **fields})


# Before


async def test_every_personal_field_gets_the_key_that_the_command_names() -> None:
    """However deep it stands, and tied to the person where the command says who that is."""
    keys = MemoryKeys()
    done = await prepare(book(guests=[{"seat": 1, "name": "Bo"}], personRef="p1"), keys, "inn")
    key = (await keys.find(["contact/b1"]))["contact/b1"]
    assert isinstance(done.guests[0].name, Plain)
    assert (done.host, done.guests[0].name) == (Plain('"Eva"', key), Plain('"Bo"', key))
    assert keys.persons == {"contact/b1": "p1"}


async def test_a_command_that_names_nobody_asks_for_no_key() -> None:
    """It is handed on as it is."""
    keys = MemoryKeys()
    command = Clean(table="7", at=NOW)
    assert await prepare(command, keys, "inn") is command
    assert await keys.find(["contact/b1"]) == {}


async def test_no_key_is_made_where_a_command_says_that_it_names_nobody() -> None:
    """Its fields could be personal and are not: a key would be one for nobody, and a transaction for nothing."""

    class Public(Book):
        @property
        @override
        def names_person(self) -> bool:
            return False

    keys = MemoryKeys()
    command = Public.model_validate({"at": NOW, "host": "Eva"})
    assert (await prepare(command, keys, "inn")).host == Plain('"Eva"')
    assert await keys.find(["contact/b1"]) == {}


async def test_what_is_unique_and_personal_becomes_a_mac() -> None:
    """The same number gives the same MAC under the service's own key; another service's MAC is another."""
    keys = MemoryKeys()
    one, same, others = [
        await prepare(book(payer="811218-9876"), keys, service) for service in ("inn", "inn", "bakery")
    ]
    assert one.payer_mac == same.payer_mac != others.payer_mac
    assert one.payer_mac is not None
    assert "9876" not in one.payer_mac


@pytest.mark.parametrize("fields", [{"guests": [{"seat": 1, "name": ENC}]}])
async def test_a_sealed_field_from_outside_is_refused(fields: dict[str, object]) -> None:
    """It would be stored as it is, under a key that is not its own; the pointer says where."""
    with pytest.raises(SealedFromOutside) as caught:
        await prepare(book(**fields), MemoryKeys(), "inn")
    assert caught.value.pointer == "/guests/0/name"


async def test_nothing_is_added_about_an_erased_person() -> None:
    """A destroyed key is not made anew."""
    keys = MemoryKeys()
    await keys.key_for("contact", "b1")
    await keys.destroy("contact/b1")
    with pytest.raises(KeyDestroyed):
        await prepare(book(), keys, "inn")


async def test_a_command_must_say_whose_its_personal_fields_are() -> None:
    """Where it names nobody's key, nothing personal can be recorded."""
    with pytest.raises(NoKeyNamed, match="/secret is personal and no key is named for it"):
        await prepare(Whisper.model_validate({"secret": "x", "at": NOW}), MemoryKeys(), "inn")


async def test_a_corrections_value_is_personal_where_its_field_is() -> None:
    """A pointer to a personal field, in a list too, makes the new value personal; another stays readable."""
    changes = (
        Change(pointer="/host", after="Eva"), Change(pointer="/guests/1/name", after="Bo"), Change(pointer="/table", after="8"),
    )  # fmt: skip
    done = await prepare(Amend(changes=changes, at=NOW), MemoryKeys(), "inn", personal_fields(Booked))
    assert [type(change.after) for change in done.changes] == [Plain, Plain, str]


# After


def stored(event: Event, id_: str) -> Envelope:
    """Give an event as it lies in the log, its fields sealed."""
    return sealed(Entry("inn.events", envelope(event, id_=id_))).envelope


class Inn:
    """A stream with a booking whose host was corrected, and the row that a view keeps of it."""

    def __init__(self, key: Key) -> None:
        plain = Plain('"Eva"', key)
        booked = stored(Booked(table="7", host=plain, guests=(Guest(seat=1, name=plain),)), "e1")
        changes = (Change(pointer="/host", after=Plain('"Evy"', key)),)
        corrects = CorrectedRef(event_id="e1", stream="booking/b1", index=0)
        corrected = EventCorrected(
            corrects=corrects, kind="wrong-value", changes=changes, reason="Felhört", corrected_by="s1"
        )
        self.events = [booked, stored(corrected, "e2")]
        assert isinstance(booked.data, Booked)
        assert isinstance(self.events[1].data, EventCorrected)
        host, guest = Enc.model_validate(self.events[1].data.changes[0].after), booked.data.guests[0].name
        assert isinstance(guest, Enc)
        # a table's jsonb has our own names, an event's JSON has camelCase
        self.row = {"table": "7", "host": host.model_dump(), "guests": [{"name": guest.model_dump(by_alias=True)}]}

    async def history(self, streams: Sequence[str]) -> Iterable[Envelope]:
        """Give the stream's events."""
        return self.events if "booking/b1" in streams else []


async def test_a_row_is_shown_in_clear_to_those_who_may() -> None:
    """Each field opens at the event where it was sealed, a corrected one at its correction."""
    keys = MemoryKeys()
    inn = Inn(await keys.key_for("contact", "b1"))
    assert await opened([inn.row], ["booking/b1"], inn.history, keys) == [
        {"table": "7", "host": "Evy", "guests": [{"name": "Eva"}]}
    ]


async def test_a_row_is_redacted_where_the_key_is_gone() -> None:
    """What was erased says so, and the rest of the row is there."""
    keys = MemoryKeys()
    inn = Inn(await keys.key_for("contact", "b1"))
    await keys.destroy("contact/b1")
    redacted = {"redacted": True}
    expected = [{"table": "7", "host": redacted, "guests": [{"name": redacted}]}]
    assert await opened([inn.row], ["booking/b1"], inn.history, keys) == expected
    assert closed([inn.row]) == expected


async def test_a_row_without_sealed_fields_asks_nobody() -> None:
    """Neither keys nor history are read for it."""

    async def unasked(_streams: Sequence[str]) -> Iterable[Envelope]:
        raise AssertionError

    assert await opened([{"table": "7"}], ["booking/b1"], unasked, MemoryKeys()) == [{"table": "7"}]


async def test_a_field_whose_place_is_unknown_is_redacted() -> None:
    """A ciphertext that no event of the stream has cannot be read, and is not an error of the reader's."""
    keys = MemoryKeys()
    inn = Inn(await keys.key_for("contact", "b1"))
    inn.events.clear()
    [row] = await opened([inn.row], ["booking/b1"], inn.history, keys)
    assert row["host"] == {"redacted": True}


# Both


def test_the_list_of_personal_fields_forgets_none() -> None:
    """Each place where a personal field can stand has its pointer, and an event without one has no row."""
    assert personal_fields(Booked) == ("/host", "/wish", "/guests/*/name", "/payer/valueEnc", "/notes/*")
    page = reference({"inn": (Booked, Seated)})
    assert "| inn | `Booked` | `/host`, `/wish`, `/guests/*/name`, `/payer/valueEnc`, `/notes/*` |\n" in page
    assert "Seated" not in page


async def test_a_refused_original_is_kept_sealed() -> None:
    """Its digest is keyed and its bytes unreadable, until who may read them does."""
    keys = MemoryKeys()
    vault, other = KeyVault(await keys.key_for("claims:inn", "1")), KeyVault(await keys.key_for("claims:bakery", "1"))
    data = b'{"personnummer": "811218-9876"}'
    assert b"9876" not in vault.seal(data)
    assert vault.unseal(vault.seal(data)) == data
    assert vault.digest(data) == vault.digest(data) != other.digest(data)
