"""YAML files as plain data. What was parsed is kept as JSON in the user's cache: reading it takes a twentieth as long.

A file is known by its bytes, so a changed file is parsed again and nothing has to be cleared. The cache is only ever a
shortcut: where it is missing, damaged or cannot be written, the files are parsed.
"""

import json
import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

FORM = 1
"""Number of the form in which it is kept; another form is another file."""
_DATE = "date of YAML"


class KeptYaml:
    """The files of one load: `read` each, then `keep` what had to be parsed."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache` is the file to keep in; one in the user's cache folder when not given."""
        self.path = cache or _cache()
        self._known = _load(self.path)
        self._used: dict[str, str] = {}

    def read(self, path: Path) -> Any:
        """A file's content.

        Raises:
            yaml.YAMLError: the file is no YAML.
        """
        content = path.read_bytes()
        name = sha256(content).hexdigest()
        text = self._known.get(name)
        if text is not None:
            self._used[name] = text
            return _of_text(text)
        # The C loader is the safe loader too, eight times faster.
        parsed = yaml.load(content, Loader=yaml.CSafeLoader)
        text = _text(parsed)
        if text is not None:
            self._used[name] = text
        return parsed

    def keep(self) -> None:
        """Keep what was read for the next time, when anything of it is new."""
        if self._used.keys() == self._known.keys():
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial = self.path.with_name(f"{self.path.name}.partial-{os.getpid()}")
            partial.write_text(json.dumps(self._used), encoding="utf-8")
            partial.replace(self.path)
        except OSError:
            return


def _load(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and all(isinstance(text, str) for text in known.values()) else {}


def _text(parsed: Any) -> str | None:
    """As JSON; None for what would come back as something else, such as a key that is a number."""
    try:
        text = json.dumps(parsed, default=_plain)
        return text if repr(_of_text(text)) == repr(parsed) else None
    except (TypeError, ValueError):
        return None


def _plain(value: object) -> dict[str, str]:
    # A time is a date too, and would lose its hours.
    if type(value) is date:
        return {_DATE: value.isoformat()}
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _of_text(text: str) -> Any:
    return json.loads(text, object_hook=_dated) if _DATE in text else json.loads(text)


def _dated(found: dict[str, Any]) -> Any:
    return date.fromisoformat(found[_DATE]) if found.keys() == {_DATE} else found


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "dovetail" / f"sources-{FORM}.json"
