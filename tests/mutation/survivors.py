"""Prints the numbers of a run of mutmut in this folder, and the changes that no test has noticed.

The exit status is 1 if `explained.toml` explains not all of them.
"""

import tomllib
from collections import Counter
from pathlib import Path

from mutmut.__main__ import collect_source_file_mutation_data
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

_NOTICED = {"killed", "timeout", "caught by type check", "segfault"}
_NOT_RUN = {"not checked", "skipped"}


def print_survivors() -> bool:
    """Print the numbers, and the survivors that are not explained; return whether there are any."""
    explained = tomllib.loads(Path(__file__).with_name("explained.toml").read_text())
    mutants, _ = collect_source_file_mutation_data(mutant_names=())
    numbers: dict[str, Counter[str]] = {}
    for data, name, exit_code in mutants:
        module = Path(data.path).stem
        status = status_by_exit_code[exit_code]
        change = ""
        if status not in _NOTICED | _NOT_RUN:
            lines = get_diff_for_mutant(name, path=data.path).splitlines()
            change = "\n".join(line for line in lines if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"})
            # The changed line as it becomes; if it is left out, the line that was there with a minus.
            added = [line[1:].strip() for line in change.splitlines() if line[0] == "+"]
            after = " ".join(added) or f"- {change[1:].strip()}"
            function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("xǁ").replace("ǁ", ".")
            if {after, f"{function}: {after}"} & explained.get(module, {}).keys():
                status = "explained"
            else:
                print(f"{name} ({status})\n{change}\n")  # noqa: T201
        numbers.setdefault(module, Counter())[status] += 1
    for module, counter in numbers.items():
        print(module, *(f"{status} {number}" for status, number in sorted(counter.items())), sep=", ")  # noqa: T201
    return any(counter.keys() - _NOTICED - _NOT_RUN - {"explained"} for counter in numbers.values())


if __name__ == "__main__":
    raise SystemExit(print_survivors())
