"""What the documentation lists is what the code has."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_the_readme_lists_every_rate_limit_with_its_default() -> None:
    table = (ROOT / "README.md").read_text().partition("| name | default | counts | for each |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)
    sources = (path.read_text() for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts)
    declared = [limit for source in sources for limit in re.findall(r'= Limit\("(\w+)", "([^"]+)"\)', source)]

    assert sorted(listed) == sorted(declared)
    assert len(listed) >= 14


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_in_the_text_exists(page: Path) -> None:
    paths = re.findall(r"`([a-z_.]+/[\w./-]*)`", page.read_text())
    folders = (ROOT, ROOT / "src" / "exercise_buddy", page.parent)
    missing = [path for path in paths if not any((folder / path).exists() for folder in folders)]

    # The data of a server is not part of the source.
    assert set(missing) <= {".data/"}


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_record_has_its_parts(page: Path) -> None:
    text = page.read_text()

    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^- (Status|Date): \S", text, re.MULTILINE) == ["Status", "Date"]
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["Context", "Decision", "Alternatives", "Consequences"]


def test_the_index_lists_every_decision_record() -> None:
    expected = []
    for page in DECISIONS:
        text = page.read_text()
        title = text.partition("\n")[0].partition(". ")[2]
        status, date = re.findall(r"^- (?:Status|Date): (.*)", text, re.MULTILINE)
        expected.append(f"| {int(page.name[:4])} | [{title}]({page.name}) | {status} | {date} |")

    index = (ROOT / "docs" / "adr" / "README.md").read_text()

    assert re.findall(r"^\| \d.*", index, re.MULTILINE) == expected


def test_ci_chooses_tests_that_exist() -> None:
    command = re.search(r"^workouts=.*?(?=\n\n)", (ROOT / ".ci" / "run").read_text(), re.MULTILINE | re.DOTALL)
    assert command
    listing = command[0].replace("TEST_POSTGRES=container uv run pytest -m database", "printf '%s\\n'")

    chosen = subprocess.run(["bash", "-c", listing], capture_output=True, text=True, check=True).stdout.split()

    assert len(chosen) > 10
    assert [path for path in chosen if not (ROOT / path).exists()] == []
