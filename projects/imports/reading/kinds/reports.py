"""月报工作簿: the month's reports of a unit, in the workbook that the system made for it (writing/reports.py)."""

from projects.imports.reading.ledgers import Form, Item

FORMS = (
    Form(
        "reports",
        "月报工作簿",
        (
            Item("serial", "序号", r"序号"),
            Item("name", "项目名称", r"项目名称"),
            Item("planned_wan", "当月计划", r"当月计划", "amount"),
            Item("done_wan", "当月完成", r"当月完成", "amount"),
            Item("progress", "形象进度", r"形象进度", "text"),
            Item("issues", "存在问题", r"存在问题", "text"),
            Item("note", "异常说明", r"异常说明", "text"),
            Item("system_id", "系统标识", r"系统标识\(勿改\)"),
        ),
        frozenset({"name", "done_wan", "progress", "system_id"}),
        frozenset({"年度计划", "累计至上月", "上月形象进度"}),
        instead="这里只收从平台下载、带“系统标识”一列的月报工作簿；单位自己排版的进度表，请在“内容”里选“项目清单、月进展表、台账、储备表”导入。",
    ),
)
