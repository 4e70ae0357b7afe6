"""What a workbook may hold. A kind is two files: how its tables look (reading/kinds/), and what becomes of their rows (here)."""

from projects.imports.kinds import guarantees, inspections, permits, problems, projects, reports, roster
from projects.imports.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        projects.KIND,
        permits.KIND,
        problems.KIND,
        inspections.KIND,
        reports.KIND,
        guarantees.KIND,
        roster.KIND,
    )
}
