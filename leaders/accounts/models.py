import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction

from leaders.audit.models import Tracked
from leaders.roles import Role


def canonical_username(username: str) -> str:
    """Full-width and upper-case spellings of a user name are one name (等保：身份标识唯一)."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=canonical_username(username or ""))


class User(AbstractBaseUser, Tracked):
    """An account. Belongs to a unit (填报员, 审批部门, 督查局) or to a leader (分包领导 and secretary)."""

    username = models.CharField(
        "用户名",
        max_length=60,
        unique=True,
        error_messages={"unique": "这个用户名已有人用（全角、大小写不同也算同一个），请换一个。"},
    )
    display_name = models.CharField("姓名", max_length=40)
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name="单位"
    )
    leader = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name="对应领导"
    )
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True, editable=False)
    password_changed_at = models.DateTimeField("上次改密码", null=True, blank=True, editable=False)
    # {listing key: {"columns": [...], "per_page": 50}}: loaded with the user, so that a list page needs no query for
    # it.
    listing_choices = models.JSONField("列表设置", default=dict, blank=True, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    untracked_fields: ClassVar[frozenset[str]] = frozenset({"password", "last_login"})

    objects = UserManager()

    class Meta:
        verbose_name = "账号"
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        self.username = canonical_username(self.username)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Read once per request, so that a revoked role bites at the next one."""
        return frozenset(self.grants.values_list("role", flat=True))

    def remember_listing(self, key: str, choices: Mapping[str, Any]) -> None:
        """Keep the person's columns and page size of one list. A matter of taste: no action, no history, no version."""
        with transaction.atomic():
            current = User.objects.select_for_update().get(pk=self.pk)
            current.listing_choices = {**current.listing_choices, key: dict(choices)}
            current.save(update_fields=["listing_choices"])

    def has_role(self, *roles: Role) -> bool:
        return any(role.value in self.roles for role in roles)


class FormerPassword(models.Model):
    """The hash of a password that the person chose and used before."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_passwords", verbose_name="账号")
    password = models.CharField("密码散列", max_length=128)

    class Meta:
        verbose_name = "用过的密码"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} 用过的密码"


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        verbose_name = "角色"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "role"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.user}：{self.get_role_display()}"
