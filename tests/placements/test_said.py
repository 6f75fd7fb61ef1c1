"""What was said of a place's person is kept event by event, sealed, for the social board's own."""

from services.placements.domain.rows import SaidRow
from services.placements.views.said import fold
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import Enc, Plain
from shared.persons.walking import replaced
from tests.placements.stories import PERSON, add_details, buy, decline, follow_up, report_purchase, start
from tests.placements.world import World, recognised, registered
from tests.spec import event_id


def sealed(pointer: str, _plain: Plain) -> Enc:
    """Seal a field so that a test can tell which it was."""
    return Enc(key_ref=f"subject/{PERSON}", nonce="", ciphertext=pointer)


def row(world: World) -> SaidRow | None:
    """Fold a story as it is stored: with every personal field sealed."""
    found = None
    for index, envelope in enumerate(world.story.told):
        if envelope.subject.startswith("placement/"):
            data = replaced(envelope.data, Plain, sealed)
            stored = envelope.model_copy(update={"data": data})
            found = fold(found, Recorded("placements.events", index, stored))
    return found


def world() -> World:
    """Begin with a recognised enterprise."""
    return World().hear(registered()).hear(recognised())


def said(of: World) -> list[tuple[str, dict[str, str]]]:
    """Give what stands in the row: by event, each field with where it was sealed."""
    found = row(of)
    assert found is not None
    return [(each.type, {name: enc.ciphertext for name, enc in each.fields.items()}) for each in found.said]


def test_everything_that_was_said_of_the_person_is_there() -> None:
    """In the order in which it was recorded; an event that says nothing of the person is not listed."""
    of = world().do(buy(goal="Klara en hel vecka.")).do(start())
    of.do(decline(reason="Orkar inte.", subject_ref=PERSON)).do(follow_up(user_view="Trivs bra."))
    assert said(of) == [
        ("PlacementPurchased", {"need": "/need", "legalGround": "/legalGround", "goal": "/goal"}),
        ("ParticipationDeclined", {"reason": "/reason"}),
        ("FollowUpCompleted", {"document": "/document", "userView": "/userView"}),
    ]


def test_what_was_added_afterwards_stands_under_the_event_that_lacked_it() -> None:
    """A report leaves personal details out, and an officer adds them."""
    of = world().do(report_purchase()).do(add_details(0, legal_ground="sol"))
    found = row(of)
    assert found is not None
    [added] = found.said
    assert (added.event_id, set(added.fields)) == (event_id(0), {"legalGround"})


def test_a_place_that_was_never_bought_has_no_row() -> None:
    """Nothing is kept of a person without a place."""
    assert row(world()) is None
