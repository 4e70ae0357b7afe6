"""Words of what is issued on paper: bulletins and letters alike."""

from collections.abc import Mapping

from django.db.models import TextChoices


class FileForm(TextChoices):
    """What a paper is issued as."""

    WORD = "docx", "Word 公文"
    EXCEL = "xlsx", "Excel 附表"
    PAGE = "html", "网页文本"
    CHAT = "txt", "群发短文"


CONTENT_TYPES: Mapping[str, str] = {
    FileForm.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileForm.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileForm.PAGE: "text/html; charset=utf-8",
    FileForm.CHAT: "text/plain; charset=utf-8",
}


def document_number(code: str, year: int, number: int | None) -> str:
    """发文字号 without leading zeros, "伊重点办〔2023〕6号"; a gap to be filled where there is no number yet."""
    return f"{code}〔{year}〕{'　' if number is None else number}号"
