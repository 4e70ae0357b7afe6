"""五项保障: what was done towards a target, what a 银企对接会 agreed, and which projects were signed."""

from projects.imports.reading.ledgers import Form, Item

PROJECT = r"(?:对接|推介|融资|签约|涉及|相关)?(?:的)?项目(?:名称)?"
FORMS = (
    Form(
        "entries",
        "保障登记",
        (
            Item("serial", "序号", r"序号|编号"),
            Item("name", "指标", r"(?:保障|年度)?(?:指标|目标|事项)(?:名称)?", fills=True),
            Item("done_on", "完成日期", r"(?:完成|盘活|通过|办结|登记|取得)?(?:时间|日期)", "day"),
            Item("amount", "数量", r"(?:完成|本次|新增|盘活)?(?:数量|完成数|完成情况|面积|个数|场次)"),
            Item("project", "项目", PROJECT),
            Item("evidence", "依据", r"依据|证明(?:材料)?|佐证(?:材料)?|文号|批复文号|合同(?:编号)?|依据文号"),
        ),
        frozenset({"name", "done_on", "amount"}),
    ),
    Form(
        "deals",
        "对接成果",
        (
            Item("serial", "序号", r"序号|编号"),
            Item("meeting", "对接会", r"(?:政?银企)?对接(?:会|活动)(?:名称)?|活动名称|会议名称", fills=True),
            Item("held_on", "对接日期", r"(?:对接|活动|会议|召开)(?:会)?(?:时间|日期)|时间|日期", "day", fills=True),
            Item("name", "项目", PROJECT),
            Item("bank", "银行", r"(?:对接|意向|合作|授信)?(?:银行|金融机构)(?:名称)?"),
            Item(
                "agreed_wan", "达成金额", r"(?:达成|意向|授信|签约|贷款|融资|协议|对接)(?:意向)?(?:金额|额度|资金)", "amount"
            ),
            Item("note", "说明", r"说明|备注"),
        ),
        frozenset({"name", "bank"}),
        one_of=frozenset({"meeting", "held_on"}),
    ),
    Form(
        "signings",
        "签约情况",
        (
            Item("serial", "序号", r"序号|编号"),
            Item("name", "项目", PROJECT),
            Item("signed_on", "签约日期", r"(?:正式)?签约(?:时间|日期)", "day"),
            Item("is_invited", "招商项目", r"(?:是否)?(?:为|属于)?招商(?:引资)?(?:项目)?", "mark"),
        ),
        frozenset({"name", "signed_on"}),
    ),
)  # fmt: skip
