"""Who may use a device file of this machine."""

import grp
from pathlib import Path


def who_may(path: str) -> str:
    """Return what an owner can do about a device file that this process must not open. Blocks for a moment."""
    try:
        group = grp.getgrgid(Path(path).stat().st_gid).gr_name
    except OSError, KeyError:
        return f"the system does not let this process use {path}"
    return f"only members of the group {group} may use {path}; this process is none"
