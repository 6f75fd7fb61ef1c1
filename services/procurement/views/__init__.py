"""Procurement's read models."""
