"""The post: it asks for the letters that are due, sends them by SMTP, and reads what became of them (RFC 5321, 3464).

It is led like the reactor and the clock, and keeps nothing: its queue, its limits and its retries are what the views say.
"""
