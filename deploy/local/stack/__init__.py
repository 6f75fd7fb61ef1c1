"""The embedded stack: a real Postgres for the services, one for the keys, and a real Kafka, from packages alone.

with EmbeddedStack(STATE / "up") as stack:
    stack.database_url, stack.keys_url, stack.kafka
"""

from deploy.local.stack.embedded import EmbeddedStack
from deploy.local.stack.fresh import fresh_directory
from deploy.local.stack.guarded import DirectoryTaken, Guarded, ServerFailed
from deploy.local.stack.servers import Servers

__all__ = ["DirectoryTaken", "EmbeddedStack", "Guarded", "ServerFailed", "Servers", "fresh_directory"]
