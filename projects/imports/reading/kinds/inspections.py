"""督查记录: who was on which site when, what was seen and found, who has to put it right by when, and what a second look showed."""

from projects.imports.reading.ledgers import Form, Item

FORMS = (
    Form(
        "inspections",
        "督查记录",
        (
            Item("serial", "序号", r"序号|编号"),
            Item(
                "inspected_on",
                "日期",
                r"(?:现场)?(?:督查|督导|检查|暗访|走访|巡查|调研|到场|核查|观摩)?(?:时间|日期)",
                "day",
                fills=True,
            ),
            Item(
                "people",
                "督查人员",
                r"(?:现场)?(?:督查|督导|检查|暗访|巡查|带队|调研|核查)(?:人员?|领导|组|单位|组人员|组成员|人员名单)(?:姓名)?|督查(?:领导|人员?)及(?:单位|随行人员)",
                "people",
                fills=True,
            ),
            Item(
                "others",
                "同行人员",
                r"(?:参加|参与|同行|随行|陪同|随同|其他)(?:督查)?人员?|(?:督查)?(?:组员|成员)",
                "people",
                fills=True,
            ),
            Item(
                "name",
                "项目",
                r"(?:被)?(?:督查|督导|检查|涉及|重点|走访)?(?:的)?项目(?:名称)?|(?:督查|检查|督导)(?:点位|对象)",
                fills=True,
            ),
            Item(
                "situation",
                "现场情况",
                r"(?:项目)?(?:现场|督查|督导|检查|建设|施工|总体)(?:督查|检查|施工|进展|工作)?(?:情况|记录|进度|现状)|(?:项目|工程)?(?:进展|形象进度)(?:情况)?",
                "text",
                fills=True,
            ),
            Item(
                "text",
                "发现问题",
                r"(?:督查|现场|检查)?(?:发现|存在|反馈|指出)的?(?:主要|突出)?(?:问题|隐患)(?:及(?:整改)?(?:要求|建议))?|(?:主要)?问题(?:描述|清单)?",
                "text",
            ),
            Item(
                "due_on",
                "整改时限",
                r"(?:整改|完成|办理|限期|要求)?(?:整改)?(?:时限|期限|限期)(?:要求)?|(?:要求|限定)(?:整改|完成)(?:时间|日期)|整改(?:完成)?(?:时间|日期)",
                "deadline",
                after="inspected_on",
            ),
            Item(
                "unit",
                "责任单位",
                r"(?:整改|牵头|承办|主管)?(?:责任)?(?:单位|部门)|责任(?:主体|单位及责任人)",
                "units",
            ),
            Item(
                "recheck",
                "复查情况",
                r"(?:复查|复核|回头看|整改|核查|复验|销号)(?:落实|完成|复查)?(?:情况|结果|意见|结论)|(?:是否)?(?:整改)?(?:销号|到位|整改到位)",
                "text",
            ),
            Item("system_id", "系统标识", r"系统标识\(勿改\)"),
        ),
        frozenset({"name", "inspected_on"}),
        one_of=frozenset({"situation", "text"}),
        continues=frozenset({"name", "inspected_on", "people", "others", "situation"}),
    ),
)
