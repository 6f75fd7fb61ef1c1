"""Registry owns the enterprises: who they are, which are recognised as WISEs (DF-0…DF-4), what they offer, how to reach them.

It alone writes `registry.events`. What a person could be known by is sealed; who may bid on what is not decided here.
"""
