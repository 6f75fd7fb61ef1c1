"""The replay of a service's duties: what should be owed, derived from the logs by the rules that the service runs, and what is.

Pure: no clock, no store, nothing is written. `facts.py` says which events are given, `running.py` takes them one after the
other, `comparing.py` holds what came of it against what is recorded, `counting.py` counts for a what-if.
"""
