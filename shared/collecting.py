"""Python's collector of cycles, told what a service is like: much is made at start and stays; an event is no cycle."""

import gc

YOUNG = 20_000
"""So many objects are made and not yet gone before it looks at the youngest; Python's own 700 come of two commands."""


def spare_what_stays() -> None:
    """Take what there is out of its sight, and let it look less often.

    At 64 commands wide it stopped everything for some 15 ms at a time, under the append lock as well.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
