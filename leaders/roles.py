"""What a person may be here. A user holds one or several roles; the three administrators exclude one another."""

from django.db import models


class Role(models.TextChoices):
    REPORTER = "reporter", "责任单位填报员"
    LEADER = "leader", "分包领导"
    OFFICE = "office", "重点办"
    # Head and deputy alike, beside OFFICE: approves exceptions, corrections and moved dates.
    OFFICE_HEAD = "office_head", "重点办负责人（含副职）"
    # The county leader in charge: the higher approver.
    CHIEF = "chief", "县级主管领导（上级审批）"
    INSPECTOR = "inspector", "督查局"
    APPROVER = "approver", "审批部门"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    VIEWER = "viewer", "县领导（只读）"


# 三员分立：同一个人不得兼任其中两员（等保要求）。
SEPARATED_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
ROLES_OF_A_UNIT = frozenset({Role.REPORTER, Role.APPROVER, Role.INSPECTOR})
