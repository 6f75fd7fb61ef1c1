"""The year that `medverka demo` plays: invented enterprises, real notices, and the suite by its public interfaces alone.

Read the chapters first: `registry.py`, `placements.py`, `procurement.py`, `consultation.py`. Each is a table of days and of
what is done on them. `ledger.py` keeps what the policy asks for, counted from the story's own dates and by none of the
suite's code for duties; `checks.py` compares it with what the suite says.
"""
