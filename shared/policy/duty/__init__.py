"""A duty as a value that reads as its clause, and everything that can become of one.

Dates are Stockholm days. A due day is kept to its end and overdue from the next; all day counts are local deadlines.
"""
