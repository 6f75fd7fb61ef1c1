"""Persons: what names one is ciphertext under a key of its own from the first event on, and the keys lie elsewhere.

`keys.py` is the door to the key store, `sealing.py` turns a field into ciphertext and back, `preparing.py` is what the edge
does to a command before it is decided, `opening.py` what it does to a row before it is shown.
"""
