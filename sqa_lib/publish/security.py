"""What a browser may run and load on our pages: the files beside them, and nothing from anywhere else."""

from base64 import b64encode
from hashlib import sha256

THEME_SCRIPT = (
    'try { const theme = localStorage.getItem("sqa-theme"); if (theme) document.documentElement.dataset.theme = theme; } '
    "catch { /* private window */ }"
)
"""In each page itself, so that no reader of dark pages sees a white flash first."""

POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' 'sha256-{b64encode(sha256(THEME_SCRIPT.encode()).digest()).decode()}'",
        "style-src 'self' 'unsafe-inline'",  # widths of columns
        "img-src 'self'",
        "font-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)
"""A Content-Security-Policy: no foreign script, and none in an attribute or a link."""

QUARTO_POLICY = "; ".join(["script-src 'self' 'unsafe-inline'", "object-src 'none'", "base-uri 'none'"])
"""The same for Quarto's pages, which have scripts of their own in them."""
