"""The pages of docs/reference, a module each: what the code says, read from the code itself (`reference.py` writes them).

`suite.py` puts every service together as its process does; `markdown.py` has what the pages share.
"""
