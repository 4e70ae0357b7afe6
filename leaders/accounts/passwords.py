"""Password validators of the 等保 profile (settings.AUTH_PASSWORD_VALIDATORS)."""

from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from pypinyin import Style, lazy_pinyin

from leaders.accounts.models import User
from leaders.accounts.rules import PASSWORDS_REMEMBERED, character_classes, contained_word, looks_like_phone


class ThreeOfFourClassesValidator:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 (Django's signature)
        """Raises ValidationError when fewer than three kinds of characters are used."""
        held = character_classes(password)
        if len(held) < 3:
            raise ValidationError(
                f"密码只用了{'、'.join(held) or '空格'}：大写字母、小写字母、数字、符号四类中至少要有三类。",
                code="password_classes",
            )

    def get_help_text(self) -> str:
        return "大写字母、小写字母、数字、符号四类中至少有三类。"


class NoPersonalWordsValidator:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError when the password holds a name of the person or the unit, or something like a phone
        number."""
        if looks_like_phone(password):
            raise ValidationError(
                "密码里有七位以上的连续数字（像电话号码或生日），容易被猜到，请换一个。", code="password_phone"
            )
        if isinstance(user, User) and contained_word(password, _personal_words(user)) is not None:
            raise ValidationError(
                "密码里有用户名、姓名（或其拼音）或单位名称，容易被猜到，请换一个。", code="password_personal"
            )

    def get_help_text(self) -> str:
        return "不含用户名、姓名及其拼音、单位名称、电话号码。"


class NotUsedLatelyValidator:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError for one of the person's last passwords; the present one is the form's own question."""
        if not isinstance(user, User) or user.pk is None:
            return
        if any(check_password(password, former.password) for former in user.former_passwords.all()):
            raise ValidationError(
                f"最近 {PASSWORDS_REMEMBERED} 次用过的密码不能再用，请换一个。", code="password_former"
            )

    def get_help_text(self) -> str:
        return f"不是最近 {PASSWORDS_REMEMBERED} 次用过的。"


def _personal_words(user: User) -> Iterator[str]:
    yield user.username
    names = [user.display_name]
    if user.unit is not None:
        names += [user.unit.name, user.unit.short_name, user.unit.name.removeprefix("县")]
    if user.leader is not None:
        names.append(user.leader.name)
    for name in filter(None, names):
        yield name
        syllables = lazy_pinyin(name, style=Style.NORMAL)
        yield "".join(syllables)
        yield "".join(syllables[1:] + syllables[:1])  # Liming and Mingli
