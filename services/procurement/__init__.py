"""Procurement: the authority's tenders, who among the recognised enterprises they suit, and whether these were told.

It owns the notices that it was given, suitability and outreach (GS-6), and what the notices say of reservations.
"""
