"""The deliveries page: a file that was judged again stands there once."""

from datetime import datetime, timedelta

from reports.pages.deliveries_page import last_looks

FIRST = datetime(2026, 11, 1, 9)


def look(delivery_id: str, sha256: str | None, verdict: str, days: int) -> dict[str, object]:
    return {
        "delivery_id": delivery_id, "sha256": sha256, "verdict": verdict, "recorded_at": FIRST + timedelta(days=days)
    }  # fmt: skip


def test_the_last_look_at_a_file_stands_with_the_repeats_and_all_datasets_of_it():
    deliveries = [
        look("D1", "mended", "refused", 0), look("D2", "two tables", "refused", 0), look("D3", None, "refused", 0),
        look("D4", "mended", "accepted", 1), look("D5", "two tables", "accepted", 1),
        look("D6", "two tables", "accepted_in_part", 1), look("D7", "mended", "unchanged", 2),
    ]  # fmt: skip
    assert [row["delivery_id"] for row in last_looks(deliveries)] == ["D3", "D4", "D5", "D6", "D7"]
