"""Publishing: from what dbt built to a release that readers are given, whole or not at all.

A release is made in `releases/.partial-<id>-<pid>`, brought to the disk, renamed to its number, and only then does
`current` point to it. One publisher at a time; who may is decided by the caller's lock, not here.
"""

import os
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipelines.releases import manifest
from pipelines.releases.checks import Check, refuse_if_blocked
from pipelines.releases.data_files import write_data_files
from pipelines.releases.data_package import write_data_package
from pipelines.releases.database import fill, release_database
from pipelines.releases.diff import NAME as DIFF
from pipelines.releases.diff import write_diff
from pipelines.releases.documents import write_checks, write_dictionary, write_known_issues
from pipelines.releases.fingerprint import data_fingerprint, file_sha256
from pipelines.releases.open_data import write_open_data
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore, order, sync_folder
from pipelines.releases.taken_over import take_over
from pipelines.warehouse.standing import rewritten_since

STEPS = ("tables", "data", "documents", "diff", "report", "manifest", "sync", "rename", "current")

Render = Callable[[Path, Path], object]


class ReleaseExists(Exception):
    """The number is taken: a release never changes and a number is never given twice."""


def publish(
    warehouse: Path,
    release_id: str,
    *,
    checks: Sequence[Check],
    inputs: Mapping[str, object],
    built_at: datetime,
    render: Render | None,
    is_fictional: bool = False,
    unless_same_as: Release | None = None,
    on_step: Callable[[str], None] | None = None,
    access: manifest.Access | None = None,
) -> Release:
    """Make a release of `<warehouse>/building/warehouse.duckdb` and make it current.

    Args:
        warehouse: the warehouse folder.
        release_id: a number from `ReleaseStore.next_id`.
        checks: every check of this build, with its outcome.
        inputs: what made the release (versions, hashes, settings); values that JSON can hold.
        built_at: time of the build; only MANIFEST carries it.
        render: writes the report of the release folder (first argument) into a folder (second); None for no report.
            MANIFEST, without the time and without the report's files, and checks.json are there when it is called.
        is_fictional: whether the word FICTIONAL goes into every table comment, document and Parquet file.
        unless_same_as: a release; when the data come out the same, nothing is published and it is returned.
        on_step: told the name of each step (`STEPS`) as it begins.
        access: said in MANIFEST and in the documents; a restricted release can be read by its owner alone.

    Returns:
        The new release, now current, or `unless_same_as`.

    Raises:
        ReleaseRefused: a blocking check failed.
        ReleaseExists: the number was given before.
        FileNotFoundError: nothing was built.
        ValueError: what was built is not as the public tables are declared.
        Exception: whatever `render` raises. After any of them what was current is current and nothing is left behind.
    """
    begin = on_step or _say_nothing
    order(release_id)  # refuses what is not a number
    refuse_if_blocked(release_id, checks)
    store = ReleaseStore(warehouse)
    store.folder.mkdir(parents=True, exist_ok=True)
    if release_id in store.issued():
        raise ReleaseExists(f"Release {release_id} was published before; the next number is for the next release.")
    remove_abandoned(store.folder)
    partial = store.folder / f".partial-{release_id}-{os.getpid()}"
    release = Release(release_id, store.folder / release_id)
    is_renamed = False
    try:
        partial.mkdir()
        previous = _readable(store)
        known = _make_data(
            store.warehouse,
            partial,
            release_id,
            checks,
            inputs,
            is_fictional=is_fictional,
            access=access,
            previous=previous,
            begin=begin,
        )
        files = manifest.hashes(partial, known)
        if unless_same_as and data_fingerprint(files) == unless_same_as.data_fingerprint:
            _remove(partial)
            return unless_same_as

        begin("diff")
        write_diff(Release(release_id, partial), inputs, previous)
        files[DIFF] = file_sha256(partial / DIFF)
        begin("report")
        if render is not None:
            manifest.write(
                partial,
                release_id=release_id,
                inputs=inputs,
                is_fictional=is_fictional,
                files=files,
                built_at=None,
                access=access,
            )
            render(partial, partial / "report")
            files |= {f"report/{path}": sha256 for path, sha256 in manifest.hashes(partial / "report").items()}

        begin("manifest")
        manifest.write(
            partial,
            release_id=release_id,
            inputs=inputs,
            is_fictional=is_fictional,
            files=files,
            built_at=built_at,
            access=access,
        )
        begin("sync")
        _make_read_only_and_sync(partial, is_private=access == "restricted")
        begin("rename")
        partial.rename(release.path)
        is_renamed = True
        sync_folder(store.folder)
        begin("current")
        store.record_issued(release_id)
        store.make_current(release)
    except BaseException:
        if is_renamed and not store.is_current(release):
            release.path.rename(partial)
        _remove(partial)
        raise
    return release


def remove_abandoned(releases: Path) -> list[str]:
    """Remove what publishers that are no longer alive left behind; the names of what was removed."""
    removed = []
    for left in releases.glob(".partial-*"):
        pid = left.name.rpartition("-")[2]
        if not pid.isdigit() or not _is_alive(int(pid)):
            _remove(left)
            removed.append(left.name)
    return removed


def _make_data(
    warehouse: Path,
    partial: Path,
    release_id: str,
    checks: Sequence[Check],
    inputs: Mapping[str, object],
    *,
    is_fictional: bool,
    access: manifest.Access | None,
    previous: Release | None,
    begin: Callable[[str], None],
) -> dict[str, str]:
    """Everything but the report and MANIFEST. The database is whole and closed at the end.

    Returns:
        SHA-256 by path of the files that are linked from the release before.
    """
    scratch = partial / ".scratch"
    building = warehouse / "building" / "warehouse.duckdb"
    begin("tables")
    # Blocks of a file keep what was deleted from it: a public one is written anew, with nothing that was hidden since.
    base = None if access == "public" else previous
    before = take_over(base, inputs, partial / "dovetail.duckdb")
    rewritten = None if base is None else rewritten_since(warehouse, base.release_id)
    with release_database(building, partial / "dovetail.duckdb", scratch) as connection:
        tables = fill(connection, checks, is_fictional=is_fictional, before=before, rewritten=rewritten)
        begin("data")
        written = write_data_files(connection, tables, partial, is_fictional=is_fictional, previous=previous)
        begin("documents")
        write_known_issues(connection, release_id, checks, tables, partial, is_fictional=is_fictional, access=access)
        write_open_data(
            connection,
            release_id,
            tables,
            written,
            partial,
            is_fictional=is_fictional,
            inputs=inputs,
            previous=None if before is None else base,
        )
    write_checks(release_id, checks, partial)
    write_dictionary(release_id, tables, written, partial, is_fictional=is_fictional, access=access)
    write_data_package(release_id, tables, written, partial, is_fictional=is_fictional)
    shutil.rmtree(scratch, ignore_errors=True)
    return written.linked


def _readable(store: ReleaseStore) -> Release | None:
    """The current release, with which a new one is compared; none where `current` points nowhere."""
    try:
        return store.current()
    except ReleaseNotFound:
        return None


def _say_nothing(_step: str) -> None:
    """For a caller that shows no progress."""


def _make_read_only_and_sync(folder: Path, *, is_private: bool) -> None:
    kept = 0o500 if is_private else 0o555
    if is_private:
        folder.chmod(0o700)
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & kept != mode:  # a file shared with the release before is so already, and may be another user's
            path.chmod(mode & kept)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # what is there under our own number is from a process that had it before us
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
