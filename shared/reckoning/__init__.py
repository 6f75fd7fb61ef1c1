"""Questions whose answer is reckoned from whole logs: beside the requests, in a process of its own, one at a time."""
