"""Lists of projects in all their layouts: annual list, monthly progress, ledgers of groups, reserve list."""

from projects.imports.applying import prepare_plan, write_plan
from projects.imports.kinds.kind import Kind
from projects.imports.matching.plan import match
from projects.imports.reading.kinds import PROJECTS

KIND = Kind(
    PROJECTS,
    "项目清单、月进展表、台账、储备表",
    match,
    prepare_plan,
    write_plan,
    needs_list=True,
    silent="清单中未出现",
)
