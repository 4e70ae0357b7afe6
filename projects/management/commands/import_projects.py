import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.imports.actions import import_file
from projects.imports.kinds import KINDS
from projects.imports.reading.kinds import PROJECTS
from projects.imports.staging import is_refused
from yichuan_tracker import clock

READ, REFUSED, USAGE = 0, 1, 2


class Command(BaseCommand):
    help = "把一份 Excel 项目清单（台账、月进展表）读入清单。有问题待回答或读不了时什么也不写。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="工作簿")
        parser.add_argument("--list", dest="project_list", help="清单的代号或名称；没有的清单会新建")
        parser.add_argument("--kind", default=PROJECTS, choices=list(KINDS), help="文件的内容；默认是项目清单")
        parser.add_argument("--year", type=int, required=True, help="年度，如 2023")
        parser.add_argument("--sheet", help="只读这个工作表")
        parser.add_argument("--answers", help="回答问题的 JSON 文件：{问题编号: 答案}")
        parser.add_argument("--dry-run", action="store_true", help="只看会发生什么，不写入")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象，别无其他")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"找不到文件“{path}”，请核对路径。", returncode=USAGE)
        if not 1950 <= options["year"] <= 2199:
            raise CommandError(f"年度 {options['year']} 不对，应是 2023 这样的四位数字。", returncode=USAGE)
        if KINDS[options["kind"]].needs_list and not options["project_list"]:
            raise CommandError("请用 --list 写明导入到哪份清单。", returncode=USAGE)
        document = import_file(
            path,
            project_list=options["project_list"],
            year=options["year"],
            by=None,
            at=clock.now(),
            dry_run=options["dry_run"],
            answers=_answers(options["answers"]),
            sheet=options["sheet"],
            kind=options["kind"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self._print(document)
        is_open = any(problem["level"] == "question" for problem in document["problems"])
        if is_refused(document) or is_open:
            sys.exit(REFUSED)

    def _print(self, document: dict[str, Any]) -> None:
        counts = document["counts"]
        words = {
            "create": "新增",
            "update": "有变化",
            "same": "没有变化",
            "park": "暂不导入",
            "ask": "待回答",
            "missing": "清单中未出现",
        }
        self.stdout.write("，".join(f"{word} {counts[name]}" for name, word in words.items()))
        for problem in document["problems"]:
            place = " ".join(part for part in (problem["sheet"], problem["cell"]) if part)
            self.stdout.write(f"[{problem['level']}] {place} {problem['message']}{problem['cure']}")
            for choice in problem.get("options", ()):
                self.stdout.write(f"    {problem['id']} = {choice['value']}：{choice['label']}")
        self.stdout.write("已导入。" if document["applied"] else "没有写入。")


def _answers(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        answers = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"回答文件“{path}”读不了：{error}", returncode=USAGE) from error
    if not isinstance(answers, dict):
        raise CommandError(f"回答文件“{path}”应是一个 JSON 对象：{{问题编号: 答案}}。", returncode=USAGE)
    return {str(key): str(value) for key, value in answers.items()}
