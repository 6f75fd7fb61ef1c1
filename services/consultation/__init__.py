"""Consultation owns the yearly initiative towards Coompanion (GS-7): the invitation, the meeting, the joint follow-up.

It alone writes `consultation.events`. Who owes and who may waive is stated in `domain/duties.py`.
"""
