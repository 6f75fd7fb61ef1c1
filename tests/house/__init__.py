"""The rules of the house, each seen to refuse an offence: a rule that cannot fail is worse than none."""
