"""Office files without a clock in them."""

import io
import re
import zipfile

# The first moment that a zip entry can carry.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIRST = {"[Content_Types].xml": 0, "_rels/.rels": 1}


def pack(content: bytes, moment: str) -> bytes:
    """The zip file with its entries in one order, without their times; core.xml says `moment` ("2023-07-04T00:00:00Z") for
    when it was written, whenever that was."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (_FIRST.get(name, 2), name)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _WRITTEN.sub(rb"\g<1>" + moment.encode() + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, data, compresslevel=6)
    return stream.getvalue()


def difference(kept: bytes, made: bytes) -> str:
    """How two files differ, in words; empty when they are equal byte by byte. Zip files are compared entry by entry."""
    if kept == made:
        return ""
    if not (zipfile.is_zipfile(io.BytesIO(kept)) and zipfile.is_zipfile(io.BytesIO(made))):
        place = next((at for at, (one, other) in enumerate(zip(kept, made, strict=False)) if one != other), None)
        return f"长度 {len(kept)} 与 {len(made)} 字节" if place is None else f"从第 {place + 1} 个字节起不同"
    with zipfile.ZipFile(io.BytesIO(kept)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        names = dict.fromkeys([*old.namelist(), *new.namelist()])
        unlike = [name for name in names if _read(old, name) != _read(new, name)]
    return f"部件不同：{'、'.join(unlike)}" if unlike else "内容相同，只是压缩方式不同（压缩库版本变了）"


def _read(archive: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        return archive.read(name)
    except KeyError:
        return None
