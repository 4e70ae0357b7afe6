"""领导与单位名单: leaders by name, post, level, telephone and unit; units by name, short name, kind and other spellings."""

from projects.imports.reading.ledgers import Form, Item

FORMS = (
    Form(
        "leaders",
        "领导名单",
        (
            Item("serial", "序号", r"序号|排序|位次"),
            Item("name", "姓名", r"姓名|领导姓名|领导|名字|县(?:级)?领导"),
            Item("post", "职务", r"(?:现任|党政|工作|领导)?职务(?:名称)?|职位"),
            Item("level", "层级", r"层级|级别|职级|领导层级|类别"),
            Item("phone", "联系电话", r"(?:联系|办公|手机)?(?:电话|方式|号码|手机号?码?)", "phone"),
            Item("unit", "所在单位", r"(?:所在|工作|任职)?(?:单位|部门)(?:名称)?", fills=True),
            Item("aliases", "别名", r"别名|其他写法|曾用名|又名", "people"),
        ),
        frozenset({"name", "post"}),
    ),
    Form(
        "units",
        "单位名单",
        (
            Item("serial", "序号", r"序号|排序"),
            Item("name", "单位名称", r"(?:单位|部门)(?:全称|名称)|单位|名称|全称"),
            Item("short_name", "简称", r"(?:单位)?简称"),
            Item("unit_kind", "类别", r"(?:单位)?(?:类别|类型|性质)", fills=True),
            Item("aliases", "别名", r"别名|其他写法|曾用名|又名|其他名称", "units"),
        ),
        frozenset({"name"}),
    ),
)
