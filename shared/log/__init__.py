"""The logs: append under a lock, relay to Kafka, follow, react, fold into views, and rebuild."""
