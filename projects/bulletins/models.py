from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.bulletins.figures import Figures, InspectionFigures, MonthFigures
from projects.bulletins.rules import BulletinKind, BulletinState, title_of
from projects.papers.rules import document_number
from projects.rankings.models import RankingRun
from projects.rankings.rules import from_json


class Letterhead(Tracked):
    """版头与版记 of one kind of bulletin: what the office prints on all of them, and edits on a page."""

    kind = models.CharField("通报种类", max_length=20, choices=BulletinKind, unique=True, editable=False)
    organisation = models.CharField("发文机关", max_length=60, help_text="落款用的全称")
    mark = models.CharField("发文机关标志", max_length=40, help_text="红头大字，一般是发文机关加“文件”")
    code = models.CharField("发文机关代字", max_length=20, help_text="发文字号开头的字，如“伊重点办”")
    recipients = models.CharField("主送", max_length=300, blank=True, help_text="末尾不用写冒号")
    copies = models.CharField("抄送", max_length=300, blank=True, help_text="末尾不用写句号")
    printer = models.CharField("印发机关", max_length=60)
    needs_second = models.BooleanField(
        "由另一个账号签发", default=True, help_text="勾选后，拟稿人送签，须由另一个账号签发"
    )

    class Meta:
        verbose_name = "版头"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{BulletinKind(self.kind).label}版头"


class Bulletin(Tracked):
    """通报. Its figures are frozen when it is drafted; once issued nothing of it changes, and a correction is a further
    edition that names the one it corrects."""

    kind = models.CharField("种类", max_length=20, choices=BulletinKind)
    first_on = models.DateField("起")
    last_on = models.DateField("止")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正的通报"
    )
    run = models.ForeignKey(
        RankingRun, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name="月考评"
    )
    state = models.CharField("状态", max_length=20, choices=BulletinState, default=BulletinState.DRAFT)
    # Frozen as drafted; `sha256` is theirs, `figures` reads them.
    frozen = models.JSONField("冻结数据", encoder=DjangoJSONEncoder, editable=False)
    sha256 = models.CharField("数据校验值", max_length=64, editable=False)
    changes = models.JSONField("更正内容", default=list, editable=False, help_text="[[名称, 原通报, 更正后]]")
    # {slot: text}; the history tells their changes slot by slot.
    proposed = models.JSONField("系统拟稿", editable=False)
    texts = models.JSONField("正文", editable=False)
    # Written when issued; the letterhead as it was then.
    letterhead = models.JSONField("版头", default=dict, editable=False)
    code = models.CharField("代字", max_length=20, blank=True)
    number_year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    number = models.PositiveIntegerField("发文序号", null=True, blank=True)
    signer = models.CharField("签发人姓名", max_length=20, blank=True, help_text="上行文才标注；一般留空")
    dated_on = models.DateField("成文日期", null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="拟稿人"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="送签人",
    )
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签发账号",
    )
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)

    class Meta:
        verbose_name = "通报"
        ordering: ClassVar = ["-last_on", "kind", "-edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "first_on", "last_on", "edition"], name="bulletin_edition_once"),
            models.UniqueConstraint(
                fields=["code", "number_year", "number"],
                condition=Q(number__isnull=False),
                name="bulletin_number_once",
                violation_error_message="这个发文字号已经用过，请核对后换一个序号。",
            ),
            models.CheckConstraint(
                name="bulletin_issued_is_stamped",
                condition=Q(
                    state=BulletinState.ISSUED, number__isnull=False, dated_on__isnull=False, issuer__isnull=False
                )
                | (~Q(state=BulletinState.ISSUED) & Q(issued_at__isnull=True, issuer__isnull=True)),
            ),
            models.CheckConstraint(
                name="bulletin_issued_by_another",
                condition=Q(issuer__isnull=True) | Q(sender__isnull=True) | ~Q(issuer=F("sender")),
                violation_error_message="送签人不能自己签发，须由另一个账号签发。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}{f'（更正第{self.edition}版）' if self.edition > 1 else ''}"

    @cached_property
    def figures(self) -> Figures:
        if self.kind == BulletinKind.MONTH:
            return from_json(MonthFigures, self.frozen)
        return from_json(InspectionFigures, self.frozen)

    @property
    def title(self) -> str:
        return title_of(self.kind, self.first_on, self.last_on)

    @property
    def number_text(self) -> str:
        return document_number(self.code, self.number_year or self.last_on.year, self.number)
