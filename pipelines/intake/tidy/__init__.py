"""DfE tidy data (explore education statistics): one reader for every topic that comes with its metadata file.

What belongs here: screening a pair as the publisher's own screener does, what its metadata says, and its cells as long
rows. What does not: the standard itself (sources/vocab/tidy/), areas, periods and cells of our own (where_when.py,
periods.py, cells.py), and anything about one topic.
"""

from pipelines.intake.tidy.observing import observed
from pipelines.intake.tidy.references import References
from pipelines.intake.tidy.screening import screen
from pipelines.intake.tidy.topic import Filter, Indicator, Topic, locations, topic
from pipelines.intake.tidy.writing import Writing, writing_of

__all__ = [
    "Filter",
    "Indicator",
    "References",
    "Topic",
    "Writing",
    "locations",
    "observed",
    "screen",
    "topic",
    "writing_of",
]
