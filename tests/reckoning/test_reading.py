"""What a service is replayed on of another's log: what it has folded, each event once."""

import asyncio

from shared.contracts.cloudevent import Catalogue, encode
from shared.log.memory_topics import MemoryTopics
from shared.log.topic import Sending
from shared.reckoning.reading import foreign
from tests.replaying.test_procurement import living

LOG, TOPIC = "registry.events", "gotland.registry.events"


async def test_of_anothers_log_no_more_is_read_than_was_folded() -> None:
    """What comes again is passed over, so is what comes from a relay that had been succeeded, and a fence."""
    service = living("one", "two", "three")
    heard = service.logs[LOG]
    sent = [Sending(each.subject, encode(each.envelope), each.index, 7) for each in heard]
    zombie = Sending("enterprise/x", b"{}", 1, 6)
    topics = MemoryTopics()
    await topics.create(TOPIC)
    await topics.send(TOPIC, [sent[0], Sending(None, b"fence", None, 7), zombie, sent[0], *sent[1:]])
    catalogue = Catalogue(service.parts.reactions.follows[LOG])
    async with asyncio.timeout(10):
        for end in range(len(heard) + 1):
            assert await foreign(topics, LOG, TOPIC, end, catalogue) == heard[:end]
