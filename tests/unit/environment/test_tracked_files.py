"""No file of ours ties the project to one registry or to the machine it was written on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Written in pieces, so that this file passes its own test.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "npmjs" + ".com", "deb." + "debian.org"]
HOMES = [str(ROOT), str(Path.home())]
MACHINE_PATH = re.compile(rb"(?<![\w./-])/(?:root|work)/")


def tracked_files(tmp_path: Path) -> list[Path]:
    """Every file of ours: tracked, or new and not ignored. Works in a copy without .git too."""
    if shutil.which("git") is None:
        pytest.skip("needs git to know which files are ours")
    git = ["git", "-c", "safe.directory=*"]
    listing = ["ls-files", "-z", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        command = [*git, *listing, "--cached"]
    else:
        subprocess.run([*git, "init", "--quiet", str(tmp_path / "empty")], check=True)
        command = [*git, f"--git-dir={tmp_path / 'empty' / '.git'}", f"--work-tree={ROOT}", *listing]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_path_of_this_machine(tmp_path: Path) -> None:
    files = tracked_files(tmp_path)
    assert ROOT / "Makefile" in files
    homes = [home.encode() for home in HOMES if home.count("/") > 1]
    words = [word.encode() for word in REGISTRIES] + homes
    found = []
    for path in files:
        content = path.read_bytes()
        found += [f"{path.relative_to(ROOT)}: {word.decode()}" for word in words if word in content]
        found += [f"{path.relative_to(ROOT)}: {hit.decode()}" for hit in MACHINE_PATH.findall(content)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_path"),
    [(b"see /wo" + b"rk/main/x", True), (b"'/ro" + b"ot/.venv'", True), (b"https://a.uk/wo" + b"rk/x", False),
     (b"docs/wo" + b"rk/x", False)],
)  # fmt: skip
def test_a_path_of_this_machine_is_told_from_an_address(text: bytes, is_path: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is is_path
