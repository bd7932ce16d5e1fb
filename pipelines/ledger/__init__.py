"""The delivery ledger: what came in, when, what became of it, and the originals, kept and never changed.

What belongs here: remembering. What does not: judging a file (intake) or writing landed rows (landing).
"""
