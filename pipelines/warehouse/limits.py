"""What DuckDB may take of the machine while a warehouse is built or released, and in what blocks it writes.

Numbers only; who opens a database sets them.
"""

import os
from pathlib import Path

MOST_MEMORY = 5 * 2**30
"""Bytes that DuckDB may hold: enough for fifty million rows, and a build with its statistics stays under 8 GiB."""
SHARE_OF_MEMORY = 0.5
BEYOND_MEMORY: dict[str, str | bool | int | float | list[str]] = {
    "temp_directory": "building/spill",
    "preserve_insertion_order": False,
}
"""What does not fit goes to disk, beside the database (dbt_project/profiles.yml says the same for dbt)."""
SMALL_BLOCK, BLOCK = 16_384, 262_144
SMALL_LANDED = 16 * 2**20
"""Bytes of landed observations under which small blocks make the smaller file (some half a million rows)."""


def memory_limit() -> str:
    """What DuckDB may hold in memory, as its setting memory_limit takes it. DOVETAIL_MEMORY_LIMIT overrules it."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return os.environ.get("DOVETAIL_MEMORY_LIMIT") or f"{int(min(MOST_MEMORY, SHARE_OF_MEMORY * there) / 2**20)}MiB"


def block_size(warehouse: Path) -> int:
    """Bytes of a block of the database of this warehouse folder."""
    landed = sum(path.stat().st_size for path in (warehouse / "landed" / "observations").rglob("*.parquet"))
    return SMALL_BLOCK if landed < SMALL_LANDED else BLOCK
