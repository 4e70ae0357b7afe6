"""问题台账: what stands in the way of a project, who has to do what about it by when, and whether it is done with."""

from projects.imports.reading.ledgers import Form, Item

FORMS = (
    Form(
        "problems",
        "问题台账",
        (
            Item("serial", "序号", r"序号|编号|问题编号"),
            Item(
                "raised_on",
                "反映时间",
                r"(?:问题)?(?:反映|提出|收集|上报|登记|受理|交办|发现|接收|反馈|梳理|督查|督导|检查|排查)(?:时间|日期)|日期|时间",
                "day",
                fills=True,
            ),
            Item(
                "source",
                "来源",
                r"(?:问题|线索)?(?:来源|出处)(?:渠道|途径)?|(?:反映|收集|交办)?(?:渠道|方式|途径)",
                fills=True,
            ),
            Item(
                "name",
                "项目名称",
                r"(?:涉及|所属|所涉|重点|相关|企业)?(?:\(?企业\)?)?项目(?:\(企业\))?(?:名称|全称)?",
                fills=True,
            ),
            Item(
                "raised_by",
                "反映人",
                r"(?:问题)?(?:反映|提出|上报|报告|反馈)(?:人员?|单位|企业|主体|者)(?:及(?:联系)?电话|[及、/]单位)?",
                fills=True,
            ),
            Item(
                "text",
                "存在问题",
                r"(?:目前|当前)?(?:存在|主要|反映|突出|具体|遇到)?的?(?:主要|突出|具体)?(?:困难|问题|(?:难点|堵点|痛点|卡点)+(?:问题)?)(?:[和与及、]?(?:困难|问题|诉求|建议))?"
                r"(?:描述|内容|情况|清单|事项|摘要)?|(?:反映|诉求|交办|督办|需协调|需要协调|需协调解决|需解决)的?(?:问题|事项|内容)",
                "text",
            ),
            Item("category", "问题类别", r"(?:问题)?(?:类别|类型|分类|性质)", fills=True),
            Item(
                "leader",
                "交办领导",
                r"(?:交办|批示|批办|包联|分包|包案|包保|责任|牵头|督办|分管|协调|签批)(?:县级?)?领导|(?:交办|批示|批办|督办|签批|包案)人|县级?领导",
                "people",
                fills=True,
            ),
            Item(
                "unit",
                "牵头单位",
                r"(?:牵头|主办|承办|办理|整改|主责|主责任|责任|落实)(?:责任)?(?:单位|部门)|责任单位牵头|责任单位主办|(?:责任)?单位|责任部门(?:牵头)?|牵头",
                "units",
                fills=True,
            ),
            Item(
                "supporting",
                "配合单位",
                r"(?:责任单位|责任部门)?(?:配合|协办|协助|协同|参与)(?:责任)?(?:单位|部门)?",
                "units",
                fills=True,
            ),
            Item(
                "due_on",
                "办理时限",
                r"(?:办理|整改|完成|办结|解决|销号|交办|限定|限期|要求)?(?:时限|期限|限期)(?:要求)?|(?:要求|限定|计划|拟|预计|应)(?:完成|办结|解决|整改|销号)(?:时间|日期)|(?:完成|办结|解决|整改)时间要求",
                "deadline",
                fills=True,
                after="raised_on",
            ),
            # the day by which: read as the day on which, it would close what is still open
            Item(
                "due_on",
                "办理时限",
                r"(?:完成|解决|整改)(?:时间|日期)",
                "deadline",
                fills=True,
                after="raised_on",
                unless=frozenset({"due_on", "closed"}),
            ),
            Item(
                "answer",
                "办理情况",
                r"(?:目前|当前)?(?:办理|整改|落实|解决|处理|处置|推进|协调|工作)(?:落实|进展|完成|工作)?(?:情况|进展|结果|进度)(?:及结果)?|(?:目前)?进展(?:情况)?|办理情况情况",
                "text",
            ),
            Item(
                "done_on",
                "办结时间",
                r"(?:实际|整改|问题)?(?:办结|完成|解决|销号|整改完成|完结|整改到位)(?:时间|日期)",
                "day",
                after="raised_on",
            ),
            Item(
                "closed",
                "是否销号",
                r"是否(?:已)?(?:销号|办结|解决|完成|整改到位|整改完成|整改)|(?:销号|办结|办理|问题|完成)状态|(?:销号|办结|完成)(?:情况)?|销号意见|状态",
            ),
            Item("system_id", "系统标识", r"系统标识\(勿改\)"),
        ),
        frozenset({"name", "text"}),
        one_of=frozenset({"raised_on", "unit", "due_on", "answer", "closed"}),
        continues=frozenset({"name", "raised_on", "source", "leader"}),
    ),
)
