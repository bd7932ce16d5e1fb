"""How services were organised, as a release tells it to a person: what `dovetail structures` says.

What belongs here: reading intervals and claims, finding a service by its name, the words, the spreadsheet to fill in.
What does not: how claims become intervals (dbt: int_structures) and what a register row must hold (intake).
"""
