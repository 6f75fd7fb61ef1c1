"""The four services as processes of their own, on real servers, seen from outside: HTTP, topics, databases, logs."""
