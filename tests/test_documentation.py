"""What the documentation lists is what the code has."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from exercise_buddy.auth.events.log import Event

ROOT = Path(__file__).parents[1]
SECURITY = ROOT / "docs" / "security.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
ASVS = (ROOT / "docs" / "asvs.md").read_text()
# The requirements of levels 1 and 2 in version 5.0.0.
ASVS_REQUIREMENTS = 70 + 183


def test_the_security_page_lists_every_rate_limit_with_its_default() -> None:
    table = SECURITY.read_text().partition("| name | default | counts | for each |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)
    sources = (path.read_text() for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts)
    declared = [limit for source in sources for limit in re.findall(r'= Limit\("(\w+)", "([^"]+)"', source)]

    assert sorted(listed) == sorted(declared)
    assert len(listed) >= 14


def find_log_events(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "log"
        ):
            texts = (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
            yield from (text for text in texts if isinstance(text, str))


def test_the_security_page_lists_every_log_event() -> None:
    log = SECURITY.read_text().partition("## Log\n")[2].partition("\n## ")[0]
    listed = [name for row in re.findall(r"^\| (`.+?`) \|", log, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    kinds = re.findall(r"`([a-z_]+)`", log.partition("**Security events of accounts**")[2].partition("\n\n")[0])
    sources = (path.read_text() for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts)

    assert sorted(listed) == sorted({event for source in sources for event in find_log_events(source)})
    assert sorted(kinds) == sorted(Event)


def test_addresses_for_people_have_one_host_name() -> None:
    """For a browser, a page on localhost and an API on 127.0.0.1 are two sites: they have no session together."""
    told = [ROOT / ".env.example", ROOT / "justfile", *(ROOT / "examples").glob("*.py")]
    code = [path for folder in ("src", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    told += PAGES + [path for path in code if "tests" not in path.parts]
    # With an f-string, a program calls itself.
    named = {str(path.relative_to(ROOT)) for path in told if re.search(r"(?<!f[\"'])https?://127", path.read_text())}

    assert named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_in_the_text_exists(page: Path) -> None:
    paths = re.findall(r"`([a-z_.]+/[\w./-]*)`", page.read_text())
    folders = (ROOT, ROOT / "src" / "exercise_buddy", page.parent)
    missing = {path for path in paths if not any((folder / path).exists() for folder in folders)}

    # The data of a server, and those beside a checkout, are not part of the source.
    assert {path for path in missing if not path.startswith((".data/", "../shared/"))} == set()


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


def test_the_asvs_summary_counts_the_table() -> None:
    rows = re.findall(r"^\| (\d+)\.(\d+)\.(\d+) \| [^|]+ \| (yes|partly|no|n/a) \| [^|]+ \|$", ASVS, re.MULTILINE)
    ids = [tuple(map(int, numbers)) for *numbers, _ in rows]
    summary = {met: int(count) for met, count in re.findall(r"^\| ([a-z/]+) \| (\d+) \|$", ASVS, re.MULTILINE)}

    assert ids == sorted(set(ids))
    assert len(ids) == ASVS_REQUIREMENTS
    assert len(ids) == len(re.findall(r"^\| \d", ASVS, re.MULTILINE))
    assert summary == Counter(met for *_, met in rows) | {"all": ASVS_REQUIREMENTS}


def test_what_the_asvs_table_names_exists() -> None:
    names = set(re.findall(r"`([^`]+)`", "\n".join(re.findall(r"^\| \d.*", ASVS, re.MULTILINE))))
    files = {name for name in names if re.fullmatch(r"[\w.-][\w./-]*\.(py|md|json|psql|sh|yml|lock)|Dockerfile", name)}
    tests = {name for name in names if re.fullmatch(r"test_\w+", name)}
    settings = {name for name in names if re.fullmatch(r"[A-Z]+_?[A-Z_]+", name)}
    test_files = [path for folder in ("src", "tests") for path in (ROOT / folder).rglob("test_*.py")]
    known_tests = {name for path in test_files for name in re.findall(r"def (test_\w+)", path.read_text())}
    known_settings = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    folders = (ROOT, ROOT / "src" / "exercise_buddy")

    assert len(files) > 50
    assert [name for name in files if not any((folder / name).is_file() for folder in folders)] == []
    assert len(tests) > 50
    assert tests - known_tests == set()
    assert len(settings) > 10
    assert settings - set(known_settings) == set()
