"""Entering an enterprise, what a report leaves out, and closing it."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.registry.domain.enterprise import CLOSED, IN_FUTURE, UNKNOWN
from services.registry.domain.registration import (
    ALREADY_REGISTERED,
    NO_SUCH_EVENT,
    NOT_A_NUMBER,
    NOTHING_MISSING,
    NUMBER_MISSING,
    PERSONAL_IN_REPORT,
    VAT_NUMBER_IS_PERSONAL,
)
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import EnterpriseClosed, EnterpriseRegistered
from shared.contracts.values import Key, OrgNr, Plain
from tests.registry.stories import (
    CONTACT,
    COORDINATION,
    ENTERPRISE,
    LEGAL_PERSON,
    SOLE_TRADER,
    add_details,
    apply,
    close,
    contact,
    declare,
    known,
    met,
    offer,
    recognise,
    register,
    registry,
    report,
    sealed,
)

pytestmark = pytest.mark.both

KEY = Key("sole-trader/1", b"k" * 32)
PERSONS = pytest.mark.parametrize(
    ("number", "kind", "digits"),
    [(SOLE_TRADER, "personnummer", "1212121212"), (COORDINATION, "samordningsnummer", "7010632391")],
)


def sole_trader(number: str = SOLE_TRADER, **fields: Any) -> Any:
    """Register a person's firm, its fields with the key that the edge fetched."""
    return register(
        Plain(f'"{number}"', KEY), name=Plain('"Annas snickeri"', KEY), legal_form="enskild-firma",  # type: ignore[arg-type] # as the edge hands it on
        identity_mac="mac-1", **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "names_person"),
    [
        (register(), False),
        (register(legal_form="enskild-firma"), True),
        (register(is_foreign=True), True),
        (register("5560360794"), True),
        (sole_trader(), True),
    ],
    ids=["legal person", "its form says a person", "foreign", "no number", "sole trader"],
)
def test_a_key_is_made_only_where_a_person_may_be_named(command: Any, names_person: bool) -> None:  # noqa: FBT001 - a table
    """A legal person has nothing to seal; whatever may be a person's gets its key before it is decided."""
    assert command.names_person is names_person


def test_a_legal_person_is_registered_in_the_clear() -> None:
    """A legal person's name and number are public; the number is kept as ten digits."""
    registry().when(register("16556036-0793")).then(
        EnterpriseRegistered(
            enterprise_id=ENTERPRISE,
            name="Kooperativet Ängen",
            identity=OrgNr(kind="orgnr", value="5560360793"),
            legal_form="ekonomisk-forening",
            municipality_code="0980",
            registered_on=date(2026, 1, 12),
        )
    )


@PERSONS
def test_a_sole_trader_s_name_and_number_are_sealed(number: str, kind: str, digits: str) -> None:
    """What names a person goes where it is sealed, under the person's key, and nowhere else (edge rule 20)."""
    (event,) = registry().when(sole_trader(number)).events()
    assert isinstance(event, EnterpriseRegistered)
    assert (event.name, event.name_enc) == (None, Plain('"Annas snickeri"', KEY))
    assert event.identity == OrgNr(kind=kind, value_enc=Plain(f'"{digits}"', KEY))


@PERSONS
def test_no_stored_event_has_a_personal_number(number: str, kind: str, digits: str) -> None:
    """The stored registration of a sole trader has neither number nor name in it."""
    story = registry().given(sole_trader(number))
    stored = sealed(story.told[0]).model_dump_json(by_alias=True)
    assert kind in stored
    assert digits not in stored
    assert "Anna" not in stored


def test_a_person_s_number_is_personal_whatever_the_form() -> None:
    """A personnummer that somebody enters for a company is sealed all the same, and the name with it."""
    (event,) = registry().when(register(SOLE_TRADER, identity_mac="mac-1", legal_form="aktiebolag")).events()
    assert isinstance(event, EnterpriseRegistered)
    assert event.identity.value is None
    assert event.name is None


def test_a_sole_trader_s_name_is_sealed_whatever_the_number() -> None:
    """The firm's name is the person's, also where the number that was entered is none of a person."""
    (event,) = registry().when(register(LEGAL_PERSON, legal_form="enskild-firma")).events()
    assert isinstance(event, EnterpriseRegistered)
    assert (event.name, event.name_enc, event.identity.value) == (None, Plain('"Kooperativet Ängen"'), "5560360793")


def test_a_sole_trader_s_vat_number_is_not_taken() -> None:
    """It is made of the personnummer."""
    registry().when(sole_trader(vat_number="SE121212121201")).refused(VAT_NUMBER_IS_PERSONAL)
    assert registry().when(register(vat_number="SE556036079301")).events()


def test_a_foreign_number_is_kept_as_it_is() -> None:
    """A number of another country is not checked, and sealed, since it may be a person's."""
    (event,) = registry().when(register("FI-0112038-9", is_foreign=True, identity_mac="mac-2")).events()
    assert isinstance(event, EnterpriseRegistered)
    assert (event.identity.kind, event.identity.value_enc) == ("foreign", Plain('"FI-0112038-9"'))
    assert event.name == "Kooperativet Ängen"


@pytest.mark.parametrize("number", ["5560360794", "0000000000", "hej"])
def test_a_wrong_number_is_refused(number: str) -> None:
    """A number that is none is not registered."""
    registry().when(register(number)).refused(NOT_A_NUMBER)


def test_registration_is_not_of_tomorrow() -> None:
    """The day of the registration is today or before."""
    registry().when(register(registered_on="2026-12-02")).refused(IN_FUTURE)
    assert registry().when(register(registered_on="2026-12-01")).events()


def test_an_enterprise_is_registered_once() -> None:
    """The same enterprise again is refused."""
    known().when(register()).refused(ALREADY_REGISTERED)


def test_a_number_belongs_to_one_enterprise() -> None:
    """A number that another enterprise has is refused, however it is written."""
    assert register("16556036-0793").claims == ("orgnr:5560360793",)
    story = registry()
    story.past.owners["orgnr:5560360793"] = "enterprise/another"
    story.when(register(LEGAL_PERSON)).refused(ALREADY_REGISTERED)


def test_a_person_s_number_is_claimed_by_its_mac() -> None:
    """The edge is told what to make a MAC of; the claim holds the MAC and no digits."""
    command = sole_trader("19121212-1212")
    assert command.to_mac == {"identity_mac": "1212121212"}
    assert command.claims == ("person:mac-1",)
    assert register(LEGAL_PERSON).to_mac == {}


def test_a_person_without_a_mac_is_a_mistake_of_ours() -> None:
    """A personal number is never decided on without its MAC: it could be registered twice."""
    command = register(SOLE_TRADER)
    with pytest.raises(ValueError, match="MAC"):
        _ = command.claims


@pytest.mark.parametrize("name", ["", "   ", 7, None, "x" * 201, {"keyRef": "k", "nonce": "n", "ciphertext": "c"}])
def test_a_name_is_a_text(name: object) -> None:
    """A sealed field can't be checked later, so it is checked before."""
    with pytest.raises(ValidationError):
        register(name=name)


# -- reports from other systems


def test_a_report_of_a_legal_person_is_whole() -> None:
    """Another system can register a legal person with all there is to know."""
    report_ = report(value="5560360793", organisation_number="5560360793", name="Kooperativet Ängen")
    (event,) = registry().when(report_).events()
    assert isinstance(event, EnterpriseRegistered)
    assert (event.name, event.identity.value) == ("Kooperativet Ängen", "5560360793")


def test_a_report_of_a_sole_trader_lacks_what_is_personal() -> None:
    """Number and name are left out and the enterprise is known to be incomplete until an officer adds them."""
    story = registry().given(report("personnummer", legal_form="enskild-firma"))
    assert story.state(f"enterprise/{ENTERPRISE}").lacks == {"nameEnc", "identity/valueEnc"}
    story.when(add_details(name="Annas snickeri", organisation_number=SOLE_TRADER, identity_mac="mac-1")).then(
        PersonalDetailsAdded(
            event_id="01930000-0000-7000-8000-000000000000",
            fields={"nameEnc": Plain('"Annas snickeri"'), "identity/valueEnc": Plain('"1212121212"')},
        )
    )
    story.when(add_details(name="Annas snickeri")).refused(NOTHING_MISSING)


@pytest.mark.parametrize(
    "personal",
    [
        report("personnummer", value="1212121212", legal_form="enskild-firma"),
        report("personnummer", legal_form="enskild-firma", name="Anna"),
        report("samordningsnummer", name="Anna"),
        report("orgnr", organisation_number="1212121212", value="1212121212", name="Anna"),
        report("orgnr", organisation_number="5560360793", value="5560360793", name="Anna", legal_form="enskild-firma"),
    ],
)
def test_a_report_with_personal_data_is_refused(personal: Any) -> None:
    """A person's number or name in a report is refused, also where it says that it is a legal person's."""
    registry().when(personal).refused(PERSONAL_IN_REPORT)
    assert not [claim for claim in personal.claims if not claim.startswith("orgnr:556")]


@pytest.mark.parametrize("missing", [{"name": "Ängen"}, {"organisation_number": "5560360793"}, {}])
def test_a_report_of_a_legal_person_needs_name_and_number(missing: dict[str, str]) -> None:
    """A legal person has nothing to hide."""
    registry().when(report(**missing)).refused(NUMBER_MISSING)


def test_only_what_is_missing_is_added() -> None:
    """A complete registration takes no further details, and a number of another kind is none of this person's."""
    known().when(add_details(name="Anna")).refused(NOTHING_MISSING)
    registry().when(add_details(name="Anna")).refused(UNKNOWN)
    incomplete = registry().given(report("personnummer", legal_form="enskild-firma"))
    incomplete.when(add_details()).refused(NOTHING_MISSING)
    incomplete.when(add_details(name="Anna", event_id=CONTACT)).refused(NO_SUCH_EVENT)
    other = add_details(organisation_number=COORDINATION, identity_mac="mac-1")
    incomplete.when(other).refused(NOT_A_NUMBER)


# -- closing


def test_an_enterprise_is_closed() -> None:
    """It is closed on a day, by a source, for a reason."""
    known().when(close()).then(
        EnterpriseClosed(
            enterprise_id=ENTERPRISE, closed_on=date(2026, 11, 2), reason_code="dissolved", source="bolagsverket"
        )
    )


def test_the_second_source_tells_nothing_new() -> None:
    """Two systems may both tell of it: it is closed once."""
    known().given(close()).when(close(source="skatteverket")).then()


def test_it_is_not_closed_tomorrow() -> None:
    """A closure that is yet to come is recorded when it comes."""
    known().when(close(closed_on="2026-12-02")).refused(IN_FUTURE)


@pytest.mark.parametrize(
    "command", [apply(), met("DF-0"), recognise(), offer(), declare(1, 2), contact(), add_details(name="Anna")],
    ids=lambda command: type(command).__name__,
)  # fmt: skip
def test_what_is_unknown_or_closed_takes_nothing(command: Any) -> None:
    """Before its registration and after its closure nothing can be recorded of an enterprise."""
    registry().when(command).refused(UNKNOWN)
    known().given(close()).when(command).refused(CLOSED)
