"""The README's pictures, from the built demo: `.venv/bin/python docs/pictures.py` (Chromium and poppler-utils).

Each is reduced to a palette, so that the repository stays small.
"""

import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "output" / "lulea-2020-21" / "books" / "lulea" / "_book"
IMAGES = Path(__file__).parent / "images"
COLOURS = 64


def pdf_page(heading: str) -> None:
    """The page on which the chapter `heading` begins; the contents, on the pages before, carry page numbers after it."""
    pdf = BOOK / "lulea.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    chapter = re.compile(rf"^\s*\d+\s+{heading}\s*$", re.MULTILINE)
    number = str(next(i for i, page in enumerate(text.split("\f"), start=1) if chapter.search(page)))
    picture = ["pdftoppm", "-png", "-r", "100", "-singlefile", "-f", number, "-l", number, pdf, IMAGES / "pdf"]
    subprocess.run(picture, check=True)


def html_page(page: Page, chapter: str, name: str, scroll_to: str) -> None:
    page.goto((BOOK / f"{chapter}.html").as_uri())
    page.locator(scroll_to).first.scroll_into_view_if_needed()
    page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    pdf_page("Närvaro och frånvaro")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        html_page(browser.new_page(viewport={"width": 1400, "height": 900}), "index", "desktop", "h1")
        phone = browser.new_page(viewport={"width": 390, "height": 760}, device_scale_factor=2)
        html_page(phone, "principals-survey", "phone", "figure")
    for path in IMAGES.glob("*.png"):
        Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
