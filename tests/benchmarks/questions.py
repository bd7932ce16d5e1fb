"""The ten questions of docs/guides/researchers.md on a release, each the best of a few once what it reads is warm.

python -m tests.benchmarks.questions RELEASE prints one line of JSON: milliseconds by question.
"""

import json
import re
import sys
import time
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "researchers.md"
TIMES = 3
_QUESTION = re.compile(r"^## (\d+)\. (.+?)\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def questions() -> dict[str, list[str]]:
    """The statements of each numbered question of the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    return {
        f"{number}. {title}": [statement for block in _SQL.findall(body) for statement in _statements(block)]
        for number, title, body in _QUESTION.findall(text)
    }


def _statements(block: str) -> list[str]:
    return [statement.strip() for statement in block.split(";") if statement.strip()]


def ask(database: Path) -> dict[str, dict[str, float]]:
    """Milliseconds and rows of each question; each statement of it is asked alone, the slowest counts."""
    import duckdb

    found: dict[str, dict[str, float]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for title, statements in questions().items():
            slowest, rows = 0.0, 0
            for statement in statements:
                times = []
                for _ in range(TIMES):
                    start = time.perf_counter()
                    rows = len(connection.execute(statement).fetchall())
                    times.append(time.perf_counter() - start)
                slowest = max(slowest, min(times))
            found[title] = {"ms": round(1000 * slowest, 1), "rows": rows}
    return found


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]) / "dovetail.duckdb")))
