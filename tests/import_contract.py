"""The contract that import-linter has no type for: which files of which slices may import each other."""

import grimp
from importlinter import Contract, ContractCheck, output

# Low to high. A file imports its own kind and lower ones, of its own slice and of others.
KINDS = ["rules", "models", "access", "queries", "actions", "forms", "filters", "tables", "views", "urls"]
# What a slice offers to the other slices.
OFFERED = KINDS[: KINDS.index("actions") + 1]


def slice_of(module: str) -> str | None:
    """`projects.registry` for everything below it; None for the app's own modules and for what is not cut in slices."""
    parts = module.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 and parts[0] in {"leaders", "projects"} else None


def kind_of(module: str) -> str | None:
    """`views` for `projects.registry.views` and for `projects.registry.lists.views`; None for other files."""
    return next((part for part in reversed(module.split(".")[2:]) if part in KINDS), None)


def objection(importer: str, imported: str) -> str | None:
    """Why `importer` must not import `imported`; None when it may."""
    own, other = slice_of(importer), slice_of(imported)
    if own is None or ".management" in own or ".migrations" in own:
        return None
    if imported in {"leaders.models", "projects.models", "leaders.urls", "projects.urls"}:
        return "an index is for Django and for tests; import from the slice"
    if other is None or imported == other:
        return None
    kind, used = kind_of(importer), kind_of(imported)
    if own != other and used not in OFFERED:
        return f"another slice may use only {', '.join(OFFERED)}"
    if kind and used and KINDS.index(used) > KINDS.index(kind):
        return f"{kind} lies below {used}"
    return None


class SlicesContract(Contract):
    type_name = "slices"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 (import-linter's signature)
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if reason := objection(importer, imported):
                    line = graph.get_import_details(importer=importer, imported=imported)[0]["line_number"]
                    broken.append(f"{importer}, line {line}, imports {imported}: {reason}")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(line)
