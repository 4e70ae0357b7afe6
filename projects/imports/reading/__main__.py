"""`python -m projects.imports.reading FILE [--options-json …]`: read one workbook and print the JSON object; with `mark` write its
marked copy, with `plain` print its lines of text.

Runs under the resource limits it is given, so that a hostile file can only kill this process.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import resource
import sys
from pathlib import Path

from projects.imports.reading.limits import Limits


def restrict(limits: Limits) -> None:
    """Put memory and CPU limits on this process; no core files."""
    wanted = (
        (resource.RLIMIT_AS, limits.child_memory_bytes),
        (resource.RLIMIT_CPU, limits.child_cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in wanted:
        _, hard = resource.getrlimit(kind)
        ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (ceiling, ceiling))


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 when something was printed, whatever it says; 2 when called wrongly."""
    parser = argparse.ArgumentParser(prog="projects.imports.reading")
    parser.add_argument("file")
    parser.add_argument(
        "--options-json", default="{}", help="limits, year, sheet, answers, remembered, mark, plain; - reads stdin"
    )
    given = parser.parse_args(arguments)
    options = json.loads(sys.stdin.read() if given.options_json == "-" else given.options_json)
    limits = Limits.from_dict(options.get("limits"))
    restrict(limits)
    if "mark" in options:
        from projects.imports.reading.marking import mark_workbook

        mark_workbook(Path(given.file), Path(options["mark"]["target"]), options["mark"]["problems"], limits)
        return 0
    if options.get("plain"):
        from projects.imports.reading.plain import read_lines

        json.dump(read_lines(Path(given.file), limits), sys.stdout, ensure_ascii=False)
        sys.stdout.flush()
        return 0
    gc.disable()  # one short run that builds no cycles worth collecting
    from projects.imports.reading.understand import read_workbook

    result = read_workbook(
        given.file,
        year=options.get("year"),
        sheet=options.get("sheet"),
        answers=options.get("answers"),
        remembered=options.get("remembered"),
        kind=options.get("kind", "projects"),
        limits=limits,
    )
    # In one piece: writing as it goes would not use the compiled encoder.
    sys.stdout.write(json.dumps(result, ensure_ascii=False))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
