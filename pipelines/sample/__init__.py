"""Fictional extracts in the layouts of real publications, to try Dovetail with and to test it on.

What belongs here: an invented country, its numbers, and the files a user would be sent. What does not: reading those
files (the readers and the intake know nothing of this package) and the layouts themselves (the YAML under sources/).
"""

from pipelines.sample.extracts import write

__all__ = ["write"]
