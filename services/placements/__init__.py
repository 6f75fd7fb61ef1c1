"""Placements: places that the social board bought at WISEs, and how it follows each of them up (GS-3, GS-4).

Its log `placements.events` is the social board's alone (OSL 26:1): a place's person is a random reference, and what tells of
the person is sealed. Others read figures only, in the log `placements.figures`.
"""
