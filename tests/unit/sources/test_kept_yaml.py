"""What is kept of a YAML file comes back as it was parsed, and never instead of what the file says now."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from sources.kept_yaml import KeptYaml


def _read(file: Path, cache: Path) -> object:
    files = KeptYaml(cache)
    found = files.read(file)
    files.keep()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "day: 2024-02-29\nlist: [1, 2.5, true, null, 'two', {day: 2024-01-01}]",
        "2024: a key that is a number",
        "at: 2024-02-29 10:30:00",
        "'date of YAML': 2024-02-29",
        "[]",
    ],
)
def test_what_is_kept_is_what_was_parsed(text: str, tmp_path: Path) -> None:
    file, cache = tmp_path / "a.yml", tmp_path / "cache" / "kept.json"
    file.write_text(text, encoding="utf-8")
    assert [repr(_read(file, cache)) for _ in range(2)] == [repr(yaml.safe_load(text))] * 2


def test_a_file_that_was_read_before_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, cache = tmp_path / "a.yml", tmp_path / "kept.json"
    file.write_text("a: 2024-01-01", encoding="utf-8")
    _read(file, cache)
    monkeypatch.setattr(yaml, "load", None)
    assert _read(file, cache) == {"a": date(2024, 1, 1)}


def test_a_changed_file_is_parsed_again_and_the_old_state_is_dropped(tmp_path: Path) -> None:
    file, cache = tmp_path / "a.yml", tmp_path / "kept.json"
    file.write_text("a: 1", encoding="utf-8")
    _read(file, cache)
    file.write_text("a: 2", encoding="utf-8")
    assert _read(file, cache) == {"a": 2}
    assert "1" not in KeptYaml(cache)._known.values()


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"a": 1}', "\x00"])
def test_a_damaged_cache_is_no_matter(damaged: str, tmp_path: Path) -> None:
    file, cache = tmp_path / "a.yml", tmp_path / "kept.json"
    file.write_text("a: 1", encoding="utf-8")
    cache.write_text(damaged, encoding="utf-8")
    assert _read(file, cache) == {"a": 1}


def test_a_cache_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("a: 1", encoding="utf-8")
    assert _read(file, file / "kept.json") == {"a": 1}
