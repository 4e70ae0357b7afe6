from collections.abc import Sequence

from projects.requests.inbox.queries import Matter
from yichuan_tracker.web.downloads import Sheet, SheetColumn

COLUMNS = (
    SheetColumn("事项", width=16),
    SheetColumn("项目（单位）", width=36),
    SheetColumn("内容", width=24),
    SheetColumn("原来", width=18),
    SheetColumn("申请改为", width=24),
    SheetColumn("理由", width=40),
    SheetColumn("申请人"),
    SheetColumn("申请时间", "yyyy-mm-dd hh:mm"),
    SheetColumn("结果"),
    SheetColumn("审批人"),
    SheetColumn("审批时间", "yyyy-mm-dd hh:mm"),
    SheetColumn("审批意见", width=30),
)


def matters_sheet(name: str, matters: Sequence[Matter]) -> Sheet:
    return Sheet(name, COLUMNS, (_row(matter) for matter in matters))


def _row(matter: Matter) -> list[object]:
    row = matter.record
    return [
        matter.kind,
        matter.subject,
        matter.detail,
        matter.old,
        matter.new,
        matter.reason,
        row.requester.display_name,
        row.requested_at,
        matter.words,
        matter.decider.display_name if matter.decider else "",
        row.decided_at,
        matter.note,
    ]
