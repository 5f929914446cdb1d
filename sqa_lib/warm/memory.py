"""The most memory that a process had at a time, as Linux keeps it."""

from contextlib import suppress
from pathlib import Path


def peak_memory(process: int | str = "self") -> int:
    """Bytes since it began or was told to forget; 0 where the system does not say, or when it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
    return 0


def forget_peak_memory() -> None:
    """Begin anew with what this process has now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
