"""Two sheets of A4 of each service, printed from its page by Chromium, tagged so that they can be read aloud.

Printing is optional: it needs Chromium (Debian package chromium), which the pages themselves do not. What stands on the
sheets, and that they are two, is decided by the page and its print styles; here it is printed, counted and dated.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

SHEETS = 2
"""Sheets of A4 that a service gets."""

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A service with much to tell is set smaller, down to this; below it nobody reads it on paper.
_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
_MARGIN = "12mm"
_SHEET = re.compile(rb"/Type\s*/Page\b(?!s)")
_NODE = re.compile(rb"\(node(\d{8})\)")
_DATED = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_NO_TIME = datetime(2000, 1, 1)
_WORTH_A_PROCESS = 12
# A link to another page would name a folder of this machine, and lead whoever gets the document nowhere.
_WITHOUT_LINKS = "document.querySelectorAll('a[href]:not([href^=\"#\"])').forEach(a => a.removeAttribute('href'))"


class PrintingNotPossible(Exception):
    """The sheets cannot be printed; the message says what is missing."""


def chromium() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def sheets(document: bytes) -> int:
    """How many sheets a document has that Chromium printed."""
    return len(_SHEET.findall(document))


def write(site: Path, wanted: Mapping[str, str], built_at: datetime | None, *, processes: int = 2) -> dict[str, int]:
    """Print pages of a site.

    Args:
        site: its folder; the pages and their styles stand there already.
        wanted: path of each page -> path of its document.
        built_at: what the documents are dated, so that the same release gives the same bytes.
        processes: how many print, each in a Chromium of its own.

    Returns:
        Sheets of each document by its path: more than SHEETS where even the smallest type did not make them two.

    Raises:
        PrintingNotPossible: Chromium is not installed.
    """
    if chromium() is None:
        raise PrintingNotPossible("No PDF: Chromium is not installed; run `make system-deps`, or render without PDF.")
    for path in wanted.values():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
    dated = built_at or _NO_TIME
    everything = sorted(wanted.items())
    if len(everything) < _WORTH_A_PROCESS:
        # In a thread of its own: the caller may have an event loop, in which this cannot run.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(_print, site, everything, dated).result()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(_print, site, everything[at::processes], dated) for at in range(processes)]
        return {path: count for part in parts for path, count in part.result().items()}


def _print(site: Path, wanted: Iterable[tuple[str, str]], dated: datetime) -> dict[str, int]:
    from playwright.sync_api import sync_playwright

    counted = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_ARGUMENTS))
        # Scripts only search and filter: what is printed is what stands in the page.
        context = browser.new_context(java_script_enabled=False, offline=True, color_scheme="light")
        page = context.new_page()
        for source, to in wanted:
            page.goto((site / source).resolve().as_uri())
            page.evaluate(_WITHOUT_LINKS)
            for scale in _SCALES:
                document = page.pdf(
                    format="A4",
                    prefer_css_page_size=True,
                    scale=scale,
                    margin={"top": _MARGIN, "bottom": _MARGIN, "left": _MARGIN, "right": _MARGIN},
                    print_background=True,
                    tagged=True,
                    outline=True,
                )
                if sheets(document) <= SHEETS:
                    break
            (site / to).write_bytes(_repeatable(document, dated))
            counted[to] = sheets(document)
        browser.close()
    return counted


def _repeatable(document: bytes, dated: datetime) -> bytes:
    """The document without what differs from print to print; every byte stays at its place, as its offsets need."""
    # Chromium numbers the parts of a page on from those of the pages before: here they are numbered in the same order
    # from 1 in each document.
    numbers = {old: b"(node%08d)" % new for new, old in enumerate(sorted(set(_NODE.findall(document))), start=1)}
    document = _NODE.sub(lambda found: numbers[found[1]], document)

    def same_length(found: re.Match[bytes]) -> bytes:
        said = f"/{found[1].decode()} (D:{dated:%Y%m%d%H%M%S}+00'00')".encode()
        return said.ljust(len(found[0])) if len(said) <= len(found[0]) else found[0]

    return _DATED.sub(same_length, document)
