"""The post on a real mail server that delays, refuses, bounces and dies: what became of each letter stands in the log."""

import asyncio
import ipaddress
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.mail import Sink, listening
from deploy.local.places import ROOT, STATE
from deploy.local.referencing.suite import settings as of_service
from deploy.local.stack import fresh_directory
from services.procurement.post.reading import Mailroom
from services.procurement.post.smtp import server
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.letters import OutreachRequested
from shared.contracts.procurement import OutreachDelivered, OutreachFailed, OutreachSent
from shared.contracts.values import Id, Plain
from shared.persons.sealing import Place, seal_field
from shared.settings import WrongSettings
from tests.procurement.post_office import Office, office, prepared, read
from tests.procurement.stories import GARDENING, contact, move, offers, publish, recognised, registered

FUNCTION = "anbud@exempel.se"
OPEN = "SELECT id FROM duty WHERE \"end\" IS NULL AND clause = 'GS-6'"


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory for a mail server's letters."""
    with fresh_directory(STATE / "tests") as directory:
        yield directory


@pytest.fixture
async def url(database: str) -> str:
    """The address of a database with procurement's tables."""
    await prepared(database)
    return database


async def begins(opened: Office, *addresses: str) -> list[Id]:
    """Let WISEs with these addresses be recognised, and a tender be published that suits them."""
    wises = [Id(f"01930000-0000-7000-8000-00000000e{n:03x}") for n in range(len(addresses))]
    for n, (wise, address) in enumerate(zip(wises, addresses, strict=True)):
        contact_id = Id(f"01930000-0000-7000-8000-00000000d{n:03x}")
        await opened.hears(
            registered(wise), contact(contact_id, enterprise_id=wise, address=address),
            offers(GARDENING, enterprise=wise), recognised(enterprise=wise),
        )  # fmt: skip
    await opened.do(publish("2026-03-02"))
    return wises


def text(message: EmailMessage, subtype: str) -> str:
    """Give one of a letter's two texts."""
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


async def rounds(post: Any, count: int = 3) -> None:
    """Let the post go round a few times."""
    for _ in range(count):
        await post.round()


@pytest.fixture
async def served(directory: Path) -> AsyncIterator[tuple[Sink, int]]:
    """A mail server."""
    sink = Sink(directory)
    async with listening(sink) as port:
        yield sink, port


async def test_a_letter_goes_and_is_recorded_as_delivered(url: str, served: tuple[Sink, int]) -> None:
    """Text and HTML under the id of the event that asked for it; no address stands in a log of procurement."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, FUNCTION)
        await rounds(opened.sending())
        [letter] = read(sink.directory)
        [sent] = await opened.told(OutreachSent)
        [delivered] = await opened.told(OutreachDelivered)
        assert letter["Message-ID"] == sent.message_id
        assert str(letter["To"]) == FUNCTION
        assert letter.get_content_type() == "multipart/alternative"
        assert "Skötsel av parker" in text(letter, "plain")
        assert "<h1>Ny upphandling: Skötsel av parker</h1>" in text(letter, "html")
        assert (delivered.proof, delivered.outreach_id) == ("smtp-accepted", sent.outreach_id)
        assert await opened.connection.fetchval("SELECT \"end\" FROM duty WHERE clause = 'GS-6'") == "discharged"
        assert FUNCTION.encode() not in await opened.bytes_of_log()


async def test_a_sealed_address_is_opened_to_write_to_it(url: str, served: tuple[Sink, int]) -> None:
    """A person's address is sealed in registry's log; without its key nobody can be written to, which is recorded."""
    sink, port = served
    async with office(url, port) as opened:
        [wise] = await begins(opened, FUNCTION)
        contact_id = Id("01930000-0000-7000-8000-00000000d0ff")
        key = await opened.keys.key_for("contact", contact_id)
        place = Place("/gotland/registry", f"enterprise/{wise}", "01940000-0000-7000-8000-000000000004", "/addressEnc")
        sealed = seal_field(Plain('"kontakt@exempel.se"', key), place, b"0" * 12)
        await opened.hears(contact(contact_id, enterprise_id=wise, address=None, address_enc=sealed))
        await rounds(opened.sending())
        assert [str(letter["To"]) for letter in read(sink.directory)] == ["kontakt@exempel.se"]
        assert b"kontakt@" not in await opened.bytes_of_log()


async def test_a_corrected_address_is_opened_where_its_correction_sealed_it(
    url: str, served: tuple[Sink, int]
) -> None:  # fmt: skip
    """A ciphertext opens only in the event that it was sealed for; the letter goes to the corrected address alone."""
    sink, port = served
    async with office(url, port) as opened:
        [wise] = await begins(opened, FUNCTION)
        contact_id = Id("01930000-0000-7000-8000-00000000d0ff")
        key = await opened.keys.key_for("contact", contact_id)
        stream, wrong, correction = f"enterprise/{wise}", *(f"01940000-0000-7000-8000-{n:012x}" for n in (4, 5))
        of_event = Place("/gotland/registry", stream, wrong, "/addressEnc")
        of_correction = Place("/gotland/registry", stream, correction, "/changes/0/after")
        sealed = seal_field(Plain('"fel@exempel.se"', key), of_event, b"0" * 12)
        mended = seal_field(Plain('"kontakt@exempel.se"', key), of_correction, b"1" * 12).model_dump(by_alias=True)
        await opened.hears(
            contact(contact_id, enterprise_id=wise, address=None, address_enc=sealed),
            EventCorrected(
                corrects=CorrectedRef(event_id=wrong, stream=stream, index=4), kind="wrong-value",
                changes=(Change(pointer="/addressEnc", after=mended),), reason="Skrivfel", corrected_by="staff-2",
            ),
        )  # fmt: skip
        await rounds(opened.sending())
        assert [str(letter["To"]) for letter in read(sink.directory)] == ["kontakt@exempel.se"]


async def test_a_destroyed_key_is_no_contact(url: str, served: tuple[Sink, int]) -> None:
    """Never silence."""
    sink, port = served
    async with office(url, port) as opened:
        [wise] = await begins(opened, FUNCTION)
        contact_id = Id("01930000-0000-7000-8000-00000000d0ff")
        key = await opened.keys.key_for("contact", contact_id)
        place = Place("/gotland/registry", f"enterprise/{wise}", "01940000-0000-7000-8000-000000000004", "/addressEnc")
        sealed = seal_field(Plain('"kontakt@exempel.se"', key), place, b"0" * 12)
        await opened.hears(contact(contact_id, enterprise_id=wise, address=None, address_enc=sealed))
        await opened.keys.destroy(key.ref)
        await rounds(opened.sending())
        [lost] = await opened.told(OutreachFailed)
        assert (lost.reason_code, lost.retry) == ("no-contact", False)
        assert read(sink.directory) == []


@pytest.mark.parametrize("address", ["a@exempel.se\r\nRCPT TO:<b@exempel.se>", "a@b, c@d", "nobody", "a b@exempel.se"])
async def test_what_is_no_address_is_no_contact(url: str, served: tuple[Sink, int], address: str) -> None:
    """It could be read as two, or as a command."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, address)
        await rounds(opened.sending())
        [lost] = await opened.told(OutreachFailed)
        assert lost.reason_code == "no-contact"
        assert sink.asked == {}


async def test_a_letter_that_is_put_off_is_tried_again_by_a_post_that_knows_nothing(
    url: str, served: tuple[Sink, int]
) -> None:
    """When, stands in the log: another process after a restart tries it at that time and not before."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, "later@exempel.se")
        await rounds(opened.sending())
        [late] = await opened.told(OutreachFailed)
        assert (late.reason_code, late.smtp_status, late.retry) == ("delayed", "4.7.1", True)
        assert late.retry_at == opened.now + timedelta(minutes=5)
        opened.later(minutes=4)
        await rounds(opened.sending())
        assert read(sink.directory) == []
        opened.later(minutes=1)
        await rounds(opened.sending())
        assert len(read(sink.directory)) == 1
        assert len(await opened.told(OutreachDelivered)) == 1


async def test_a_refused_letter_is_not_tried_again(url: str, served: tuple[Sink, int]) -> None:
    """The duty stays open for somebody to call; the others are written to."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, "refused@exempel.se", FUNCTION)
        for _ in range(3):
            await rounds(opened.sending())
            opened.later(hours=1)
        [lost] = await opened.told(OutreachFailed)
        assert (lost.reason_code, lost.smtp_status, lost.retry) == ("refused", "5.1.1", False)
        assert sink.asked["refused@exempel.se"] == 1
        assert len(read(sink.directory)) == 1


async def test_a_bounce_is_read_and_makes_a_successor(url: str, served: tuple[Sink, int], directory: Path) -> None:
    """From the mailbox directory, by its Message-ID; read twice it is recorded once, and it is filed."""
    _, port = served
    async with office(url, port, reports=directory / "reports") as opened:
        await begins(opened, "bounced@exempel.se", "slow@exempel.se")
        post = opened.sending()
        await rounds(post)
        opened.later(minutes=10)
        room = Mailroom(directory / "reports", post.record, post.around)
        copies = {file: file.read_bytes() for file in (directory / "reports/new").iterdir()}
        assert await room.read() == 2
        for file, data in copies.items():
            file.write_bytes(data)
        assert await room.read() == 2
        bounced, late = sorted(await opened.told(OutreachFailed), key=lambda each: each.retry)
        assert (bounced.reason_code, bounced.smtp_status) == ("hard-bounce", "5.1.1")
        assert (late.reason_code, late.smtp_status, late.retry) == ("delayed", "4.4.1", True)
        await opened.settled()
        ids = [row["id"] for row in await opened.connection.fetch(OPEN)]
        assert [id_.rpartition("/")[2] for id_ in ids] == ["2"]
        assert list((directory / "reports/new").iterdir()) == []
        assert len(list((directory / "reports/cur").iterdir())) == 2


async def test_what_is_about_no_letter_is_flagged(url: str, served: tuple[Sink, int], directory: Path) -> None:
    """An answer, a report about somebody else's letter, something that is no mail at all: a person may look at it."""
    _, port = served
    (directory / "reports/new").mkdir(parents=True, exist_ok=True)
    for n, data in enumerate([b"", b"Subject: Hej\n\nTack!\n", bytes(range(256)), b"From: x\n\n" + b"y" * 3_000_000]):
        (directory / f"reports/new/{n}.x").write_bytes(data)
    async with office(url, port, reports=directory / "reports") as opened:
        post = opened.sending()
        assert await Mailroom(directory / "reports", post.record, post.around).read() == 4
        assert {file.name.partition(":")[2] for file in (directory / "reports/cur").iterdir()} == {"2,FS"}


async def test_a_server_that_dies_in_mid_letter_gets_it_again_under_the_same_id(
    url: str, served: tuple[Sink, int]
) -> None:
    """Nobody knows whether it was taken: twice, and never not at all."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, "dies@exempel.se", FUNCTION)
        await rounds(opened.sending())
        opened.later(minutes=5)
        await rounds(opened.sending())
        letters = [letter for letter in read(sink.directory) if str(letter["To"]) == "dies@exempel.se"]
        assert len(letters) == 2
        assert len({letter["Message-ID"] for letter in letters}) == 1
        assert len(await opened.told(OutreachDelivered)) == 2


async def test_a_kill_between_the_server_s_answer_and_the_append_sends_a_second_letter(
    url: str, served: tuple[Sink, int]
) -> None:
    """Under the same Message-ID, since it is made of the event that asked for the letter."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, FUNCTION)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.procurement.post_office", url, str(port), cwd=ROOT
        )
        assert await process.wait() == -signal.SIGKILL
        await opened.begin()
        assert len(read(sink.directory)) == 1
        assert await opened.told(OutreachSent) == []
        await rounds(opened.sending())
        first, second = read(sink.directory)
        assert first["Message-ID"] == second["Message-ID"]
        assert len(await opened.told(OutreachSent)) == 1
        assert len(await opened.told(OutreachRequested)) == 1


async def test_a_server_that_is_gone_costs_no_letter(url: str, directory: Path) -> None:
    """They wait, without an event for each try, until it is there again, however long that is: never tried is not put off."""
    sink = Sink(directory)
    async with listening(sink) as port:
        pass
    async with office(url, port) as opened:
        await begins(opened, FUNCTION)
        await rounds(opened.sending())
        assert await opened.told(OutreachFailed) == []
        async with listening(sink, port):
            await rounds(opened.sending())
        assert len(read(sink.directory)) == 1
        await opened.do(move("2026-05-04", "2026-03-03"))
        opened.now = datetime(2026, 3, 3, 12, tzinfo=UTC)
        await rounds(opened.sending())
        opened.later(days=3)
        await rounds(opened.sending())
        assert await opened.told(OutreachFailed) == []
        async with listening(sink, port):
            await rounds(opened.sending())
        assert len(read(sink.directory)) == 2


async def test_the_limit_a_minute_is_what_the_log_says(url: str, served: tuple[Sink, int]) -> None:
    """A new post after a restart sends no more than what is left of the minute."""
    sink, port = served
    async with office(url, port) as opened:
        await begins(opened, *(f"anbud{n}@exempel.se" for n in range(5)))
        for _ in range(3):
            await rounds(opened.sending(mail_per_minute=2))
        assert len(read(sink.directory)) == 2
        opened.later(seconds=61)
        await rounds(opened.sending(mail_per_minute=2))
        assert len(read(sink.directory)) == 4


async def test_the_password_goes_over_a_secured_connection_only(url: str, directory: Path) -> None:
    """STARTTLS with a certificate that is checked, and the credentials of a file."""
    given: list[bytes] = []

    def authenticator(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given.append(data.password)
        return AuthResult(success=True)

    tls, ca = certificate(directory)
    (directory / "credentials").write_text("post\nhemligt\n", encoding="utf-8")
    sink = Sink(directory / "sink")
    async with listening(sink, tls=tls, authenticator=authenticator) as port, office(url, port) as opened:
        await begins(opened, FUNCTION)
        mail = {"mail_security": "starttls", "mail_credentials": directory / "credentials"}
        await rounds(opened.sending(**mail))
        assert read(sink.directory) == []  # nobody whom the machine trusts has signed this server
        await rounds(opened.sending(**mail, mail_ca=ca))
        assert len(read(sink.directory)) == 1
        assert given == [b"hemligt"]


def certificate(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a server's certificate, and the file with which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    began = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - TLS looks at the machine's clock
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(began).not_valid_after(began + timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(serialization.Encoding.PEM)
    (directory / "ca.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "server.pem").write_bytes(private + pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "server.pem")
    return context, directory / "ca.pem"


# Settings


def test_without_a_mail_server_there_is_no_post() -> None:
    """Nothing is asked for, and nothing is sent."""
    assert server(of_service("procurement").model_copy(update={"mail_server": None})) is None


@pytest.mark.parametrize(
    ("mail", "named"),
    [({"mail_from": None}, "MEDVERKA_MAIL_FROM"), ({"mail_security": "none"}, "MEDVERKA_MAIL_SECURITY")],
)
def test_settings_that_could_not_work_stop_the_start(mail: dict[str, Any], named: str) -> None:
    """A letter has a sender, and a password is never sent in clear."""
    with pytest.raises(WrongSettings, match=named):
        server(of_service("procurement").model_copy(update=mail))
