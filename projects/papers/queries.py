import hashlib
from typing import Any

from projects.papers.models import IssuedFile
from projects.papers.rules import FileForm


def file_of(form: FileForm, content: bytes, **paper: Any) -> IssuedFile:
    """The file with its hash, not yet saved; `paper` is the bulletin, the letter or the minutes that it belongs to."""
    return IssuedFile(form=form, content=content, size=len(content), sha256=_hash(content), **paper)


def is_intact(kept: IssuedFile) -> bool:
    """Whether the bytes are those of which the hash was taken when it was issued."""
    return _hash(bytes(kept.content)) == kept.sha256


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
