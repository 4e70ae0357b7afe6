import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from leaders.accounts.rules import random_password
from leaders.models import Leader, Unit, User

LI = User(
    username="lixiaoming",
    display_name="李小明",
    unit=Unit(name="县交通运输局", short_name="县交通局"),
    leader=Leader(name="钱一平"),
)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aB3-x", "8"),
        ("abcdefgh-", "至少要有三类"),
        ("Lixiaoming-9", "用户名"),
        ("Xiaomingli-9", "用户名"),
        ("aB李小明-99", "姓名"),
        ("aB3交通运输局!", "单位"),
        ("Qianyiping-9", "姓名"),
        ("Ab-13837912345", "电话号码"),
        ("Ab19800101", "生日"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password, why):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, LI)
    assert why in "".join(refusal.value.messages)


@pytest.mark.parametrize("password", ["Wheat-field7", "Zhongzi#41"])
def test_good_passwords_pass(password):
    validate_password(password, LI)


def test_a_password_that_the_system_makes_up_passes():
    validate_password(random_password(), LI)


def test_a_password_is_checked_without_a_person_too():
    with pytest.raises(ValidationError):
        validate_password("13837912345aB")
    validate_password("Lixiaoming-9")
