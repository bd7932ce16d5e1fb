"""A thousand small countries and what must be said of their numbers, worked out by hand.

What belongs here: random worlds, an attribution of them in plain Python that owes nothing to the SQL, and what puts
many worlds into one build and compares the two. What does not: the tests themselves (`test_worlds.py`).
"""
