from decimal import Decimal

import pytest

from projects.imports.reading.amounts import read_amount


@pytest.mark.parametrize(
    ("typed", "wan"),
    [
        ("1.2亿", "12000.00"),
        ("5000万", "5000.00"),
        ("3,200万", "3200.00"),
        ("１２．５亿元", "125000.00"),
        ("约5000", "5000.00"),
        ("3000（其中企业2000）", "3000.00"),
        ("3亿5000万", "35000.00"),
        ("12，345.6", "12345.60"),
        ("5000万元左右", "5000.00"),
        ("总投资3000，其中企业2000", "3000.00"),
        ("3000(万元)", "3000.00"),
        ("¥1,000", "1000.00"),
        (" 8 000 ", "8000.00"),
        ("2.5千万", "2500.00"),
        ("300元", "0.03"),
        ("0", "0.00"),
        ("-12.5", "-12.50"),
        ("１,０００万元", "1000.00"),
        ("近3亿元", "30000.00"),
        ("9000万元，自筹", "9000.00"),
        ("总投资1.2亿元，资金来源为企业自筹", "12000.00"),
        ("9000 财政资金", "9000.00"),
    ],
)
def test_amounts_as_people_type_them(typed: str, wan: str) -> None:
    assert read_amount(typed, "万元").wan == Decimal(wan)


@pytest.mark.parametrize("typed", ["—", "/", "待定", "", "-", "无", "暂无", "未定", "\\", None])
def test_marks_for_nothing_are_blank(typed: str | None) -> None:
    amount = read_amount(typed, "万元")
    assert amount.wan is None
    assert not amount.doubt


@pytest.mark.parametrize(
    "typed",
    [
        "5000-6000",
        "500万美元",
        "3000万港币",
        "三千万",
        "见附件",
        "30%",
        True,
        "1000/2000",
        "5000专项债+4000自筹",
        "专项债5000",
    ],
)
def test_what_is_no_amount_is_doubted_not_guessed(typed: object) -> None:
    amount = read_amount(typed, "万元")
    assert amount.wan is None
    assert amount.doubt


def test_unit_of_the_column_counts_for_bare_numbers_only() -> None:
    assert read_amount(Decimal("6.28"), "亿元").wan == Decimal("62800.00")
    assert read_amount("6.28", "亿元").wan == Decimal("62800.00")
    assert read_amount("5000万", "亿元").wan == Decimal("5000.00")
    assert read_amount(Decimal("0.0427"), "亿元").wan == Decimal("427.00")
    assert read_amount(Decimal(12_345_678), "元").wan == Decimal("1234.57")
