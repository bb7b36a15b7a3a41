"""Make the README's pictures from what the demo left: `make demo pictures`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "readiness-out" / "demo"
CHROMIUM = "/usr/bin/chromium"
#: Page → picture, width and height in CSS pixels.
PICTURES = {"digest.html": ("digest.png", 760, 1100), "report.html": ("report.png", 1200, 1100)}


def main() -> int:
    """Open each page as a reader does and keep what is seen first."""
    missing = [name for name in PICTURES if not (DEMO / name).is_file()]
    if missing:
        print(f"{DEMO / missing[0]} is not there: run `make demo` first.", file=sys.stderr)
        return 2
    (ROOT / "docs").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (picture, width, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((DEMO / name).as_uri())
            page.screenshot(path=ROOT / "docs" / picture)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
