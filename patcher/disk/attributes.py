"""What a file has besides its bytes: owner, group, permissions, access control list, extended attributes.

A file that replaces another by rename is a new file, so all of that is given to it before the rename.
"""

import errno
import os
import stat
from contextlib import suppress

_ACL = "system.posix_acl_access"
# Each of these speaks of the bytes that it was given to, and the kernel itself takes them from a changed file.
_OF_THE_BYTES = frozenset({"security.capability", "security.ima", "security.evm"})
_ABSENT = frozenset({errno.ENODATA, errno.EOPNOTSUPP, errno.ENOTSUP})


def give_attributes(new: int, old: int | None, status: os.stat_result) -> None:
    """Give the open file `new` what the file that it will replace has.

    Args:
        new: a descriptor of the new file.
        old: a descriptor of the old file; None when it may not be opened, and then only its status is kept.
        status: the status of the old file.

    Raises:
        OSError: when it cannot be done: a file with an access list must not become one without.
    """
    bits = stat.S_IMODE(status.st_mode)
    kept = _give_owner(new, status)
    attributes = _attributes(old) if old is not None else {}
    if not kept:
        if _ACL in attributes:
            raise PermissionError(errno.EPERM, "its group and access list cannot be kept")
        bits &= ~0o070 | (bits & 0o007) << 3  # a group that it did not have gets no more than everybody
    _give_extended(new, attributes)
    os.fchmod(new, bits)


def _give_owner(new: int, status: os.stat_result) -> bool:
    """Give the owner (only root may) and the group; whether the group is kept."""
    if os.geteuid() == 0:
        os.fchown(new, status.st_uid, status.st_gid)
    elif os.fstat(new).st_gid != status.st_gid:
        try:
            os.fchown(new, -1, status.st_gid)
        except PermissionError:  # of a group that we are not in
            return False
    return True


def _attributes(handle: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(handle)
    except OSError as error:
        if error.errno in _ABSENT:
            return {}
        raise
    found = {}
    for name in names:
        with suppress(OSError):  # taken away meanwhile, or not for us to read
            found[name] = os.getxattr(handle, name)
    return found


def _give_extended(new: int, attributes: dict[str, bytes]) -> None:
    """Set the attributes, and take away an access list that the new file got from its folder."""
    if not hasattr(os, "setxattr"):
        return
    if _ACL not in attributes:
        with suppress(OSError):
            os.removexattr(new, _ACL)
    for name, value in attributes.items():
        if name in _OF_THE_BYTES:
            continue
        try:
            os.setxattr(new, name, value)
        except OSError:
            if name == _ACL or name.startswith("user."):
                raise
