"""Files in, checked; documents out, numbered and verifiable."""

from services.documents.operations.issuing import issue, revoke
from services.documents.operations.uploads import (
    accept_upload,
    change_owner,
    conceal,
    delete_bytes,
    discard,
    forget_file,
    hold,
    open_document,
    open_file,
)

__all__ = [
    "accept_upload",
    "change_owner",
    "conceal",
    "delete_bytes",
    "discard",
    "forget_file",
    "hold",
    "issue",
    "open_document",
    "open_file",
    "revoke",
]
