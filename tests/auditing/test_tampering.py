"""Some hundred seeded tamperings are all rejected; `python -m tests.auditing.tampering` tries ten thousand."""

from pathlib import Path

from tests.auditing.tampering import Trials

TRIALS = 300


def test_every_tampering_is_rejected(tmp_path: Path) -> None:
    """In entries, tiles, checkpoint and proofs; each way at least once."""
    trials = Trials(tmp_path)
    found = [trials.rejected(seed) for seed in range(TRIALS)]
    assert [seed for seed, (_, why) in enumerate(found) if why is None] == []
    assert {way for way, _ in found} == {*trials.ways, "proof"}
