"""Signed notes and checkpoints: the published vectors, and that nothing but the very bytes is taken."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog import merkle, proof
from shared.tlog.checkpoint import Checkpoint, open_checkpoint, origin_of, parsed
from shared.tlog.note import KeyUnfit, NoteRefused, Signer, VerifierKey, open_note, sign, signers, verifier_key
from shared.tlog.proof import ProofRefused
from tests.shared.tlog.test_merkle import subtrees, tree

# Go's sumdb/note: its key, its text, its signature.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # noqa: S105 - published
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_NOTE = (
    f"{NEUMANN_TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
# C2SP signed-note's example.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

ORIGIN = "gotland/registry/events"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
CHECKPOINT = Checkpoint(ORIGIN, 7, merkle.leaf(b"a root"))


def test_the_published_notes_are_opened() -> None:
    """Go's and the specification's own examples, under their keys."""
    assert open_note(NEUMANN_NOTE, [verifier_key(NEUMANN)]) == NEUMANN_TEXT
    assert open_note(FOO_NOTE, [verifier_key(FOO)]) == "This is an example message.\n"


def test_the_published_note_is_what_we_would_sign() -> None:
    """The same key and text give the same bytes."""
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(NEUMANN_SECRET)[1:])
    assert sign(NEUMANN_TEXT, [Signer("PeterNeumann", private)]) == NEUMANN_NOTE


@pytest.mark.parametrize("text", [NEUMANN, FOO, str(SIGNER.key)])
def test_a_verifier_key_is_written_as_it_is_read(text: str) -> None:
    """Name, id and key in one line."""
    assert str(verifier_key(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "PeterNeumann", NEUMANN[:-1], NEUMANN.replace("c74f20a3", "c74f20a4"), NEUMANN.replace("ARpc", "AhpC"),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"), NEUMANN + "\n", "+c74f20a3+AAAA",
    ],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    """Another id, another length, another kind of key, a name with a space."""
    with pytest.raises(KeyUnfit):
        verifier_key(text)


@given(st.integers(0, len(NEUMANN_NOTE) * 8 - 1))
def test_a_flipped_bit_anywhere_closes_a_note(bit: int) -> None:
    """Also one that base64 does not read: only what encoding writes is taken."""
    changed = bytearray(NEUMANN_NOTE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NoteRefused):
        open_note(bytes(changed), [verifier_key(NEUMANN)])


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Whatever it is given, it refuses."""
    with pytest.raises(NoteRefused):
        open_note(data, [SIGNER.key])


def test_a_signature_of_a_stranger_is_passed_over_and_alone_opens_nothing() -> None:
    """A witness may add its own; only who is trusted vouches."""
    witness = Signer("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    both = CHECKPOINT.signed([SIGNER, witness])
    assert open_checkpoint(both, [SIGNER.key]) == CHECKPOINT
    with pytest.raises(NoteRefused, match="no trusted key"):
        open_checkpoint(CHECKPOINT.signed([witness]), [SIGNER.key])


def test_during_a_rotation_either_key_opens_what_both_have_signed() -> None:
    """The old key's last checkpoint is the new one's first."""
    both = CHECKPOINT.signed([OTHER, SIGNER])
    assert open_checkpoint(both, [SIGNER.key]) == open_checkpoint(both, [OTHER.key]) == CHECKPOINT


def test_a_key_speaks_for_its_own_log_alone() -> None:
    """One log's checkpoint cannot stand in for another's, though the same service signs both."""
    refused = Signer("gotland/registry/refused", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    keys = [SIGNER.key, refused.key]
    assert open_checkpoint(CHECKPOINT.signed([SIGNER]), keys, ORIGIN) == CHECKPOINT
    with pytest.raises(NoteRefused, match="is of gotland/registry/events"):
        open_checkpoint(CHECKPOINT.signed([SIGNER]), keys, refused.name)
    with pytest.raises(NoteRefused, match="no trusted key"):
        open_checkpoint(CHECKPOINT.signed([refused]), keys)


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", "a\n1\n", "a\n01\n{root}\n", "a\n-1\n{root}\n", "a\n1\nAAAA\n", "a\n1\n{root}\nmore\n", "a\n١\n{root}\n",
        "a\n9999999999999999999\n{root}\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """Three lines; a size as it is written; a root of 32 bytes; nothing more."""
    with pytest.raises(NoteRefused):
        parsed(text.format(root=base64.b64encode(bytes(32)).decode()))


@pytest.mark.parametrize(
    ("log", "origin"),
    [("registry.events", "gotland/registry/events"), ("procurement.outreach", "gotland/procurement/outreach")],
)
def test_an_origin_names_authority_service_and_log(log: str, origin: str) -> None:
    """As the format has it."""
    assert origin_of("gotland", log) == origin


def test_a_file_of_keys_is_read_and_another_is_refused(tmp_path: Path) -> None:
    """One key, or two during a rotation; anything else says what to do."""
    pem = SIGNER._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # noqa: SLF001 - made here
    file = tmp_path / "key"
    file.write_bytes(pem + pem)
    assert [one.key for one in signers(file, ORIGIN)] == [SIGNER.key, SIGNER.key]
    for text in (b"", b"no key", pem[:60] + b"\n-----END PRIVATE KEY-----"):
        file.write_bytes(text)
        with pytest.raises(KeyUnfit, match="openssl genpkey"):
            signers(file, ORIGIN)


def test_a_private_key_is_never_shown() -> None:
    """Neither in a log line nor in a trace."""
    assert repr(SIGNER) == f"Signer({SIGNER.key!s})"


def a_proof(index: int = 4, size: int = 7) -> bytes:
    """The proof of one of seven entries."""
    leaves = tree(size)
    checkpoint = Checkpoint(ORIGIN, size, merkle.root(leaves)).signed([SIGNER])
    return proof.write(index, merkle.inclusion(index, size, subtrees(leaves)), checkpoint)


def test_a_proof_verifies_alone() -> None:
    """The entry, the proof and a trusted key; no log."""
    index, checkpoint = proof.verify(a_proof(), merkle.leaf(b"4"), [SIGNER.key], ORIGIN)
    assert (index, checkpoint.size) == (4, 7)


@given(st.integers(0, len(a_proof()) * 8 - 1))
def test_a_flipped_bit_anywhere_closes_a_proof(bit: int) -> None:
    """In its index, a hash, the checkpoint or the signature."""
    changed = bytearray(a_proof())
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((ProofRefused, NoteRefused)):
        proof.verify(bytes(changed), merkle.leaf(b"4"), [SIGNER.key], ORIGIN)


def test_a_proof_is_of_one_entry() -> None:
    """Not of its neighbour, nor under a stranger's key."""
    with pytest.raises(ProofRefused):
        proof.verify(a_proof(), merkle.leaf(b"5"), [SIGNER.key])
    with pytest.raises(NoteRefused):
        proof.verify(a_proof(), merkle.leaf(b"4"), [VerifierKey(ORIGIN, OTHER.key.public)])
