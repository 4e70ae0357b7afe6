from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from leaders.accounts.models import User, canonical_username
from leaders.accounts.rules import listing_choices
from leaders.roles import Role
from yichuan_tracker.web.forms import VersionField
from yichuan_tracker.web.record_form import RecordForm


class SignInForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
        error_messages={"required": "请填写用户名。"},
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码。"},
    )

    def clean_username(self) -> str:
        return canonical_username(self.cleaned_data["username"])


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label="原密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 8 个字符；大写字母、小写字母、数字、符号四类中至少三类；"
        "不含用户名、姓名及其拼音、单位名称、电话号码，也不用常见的、最近 5 次用过的密码。",
    )
    new_password_again = forms.CharField(
        label="再输一遍新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_new_password_again(self) -> str:
        if self.cleaned_data["new_password_again"] != self.cleaned_data.get("new_password"):
            raise ValidationError("两遍输入的新密码不一样，请重新输入。")
        return str(self.cleaned_data["new_password_again"])


class AccountForm(RecordForm):
    class Meta:
        model = User
        fields = ("username", "display_name", "unit", "leader")
        help_texts: ClassVar = {
            "username": "登录用，全角、大小写不区分。建议用姓名拼音，不用手机号。",
            "unit": "填报员、审批部门、督查局的账号必须选单位。",
            "leader": "分包领导（及其秘书）的账号必须选对应的领导。",
        }

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in ("unit", "leader"):
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            in_use = Q(archived_at__isnull=True) | Q(pk=getattr(self.instance, f"{name}_id"))
            field.queryset = field.queryset.filter(in_use) if field.queryset is not None else None


class RolesForm(forms.Form):
    version = VersionField()
    roles = forms.MultipleChoiceField(
        label="角色",
        choices=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="可多选；不选即收回全部角色。",
    )


class ListingChoicesForm(forms.Form):
    """What a list page posts: its key, the columns to show (none: as the page has them), rows a page."""

    key = forms.SlugField(max_length=40)
    per_page = forms.IntegerField(required=False, min_value=1, max_value=500)
    columns = forms.Field(required=False, widget=forms.SelectMultiple)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["choices"] = listing_choices(data.get("columns") or [], data.get("per_page"))
        return data
