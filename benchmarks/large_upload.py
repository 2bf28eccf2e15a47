"""Measures the memory of the server while the export.zip of Apple Health is uploaded and imported.

    uv run --group benchmark python -m benchmarks.large_upload [--megabytes 1000] [--workouts 2000]

Writes an export.xml of this size into an archive, sends it to a server of one process on an embedded PostgreSQL or on
DATABASE_URL, and reads the memory of that process from `/proc`. Another user writes at the same time.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx2

from benchmarks.servers import Server, database, free_port, started
from exercise_buddy.migration import migrate

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record|Workout)*>\n]>\n'
_SOURCE = (
    'sourceName="Watch" sourceVersion="10.3" device="&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, model:Watch&gt;"'
)
_BLOCK = 20_000


def write_export(path: Path, megabytes: int, workouts: int) -> int:
    """Write an archive with an export.xml of this size; return the size of the archive in bytes."""
    chance = random.Random(megabytes)  # noqa: S311  (plausible, not secret)
    moment = datetime(2018, 1, 1, tzinfo=UTC)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        with archive.open("apple_health_export/export.xml", "w", force_zip64=True) as member:
            written = member.write(f'{_HEAD}<HealthData locale="en_US">\n'.encode())
            while written < megabytes * 1_000_000:
                lines = []
                for _ in range(_BLOCK):
                    moment += timedelta(seconds=chance.randrange(5, 90))
                    at = f"{moment:%Y-%m-%d %H:%M:%S +0000}"
                    lines.append(
                        f' <Record type="HKQuantityTypeIdentifierHeartRate" {_SOURCE} unit="count/min" '
                        f'creationDate="{at}" startDate="{at}" endDate="{at}" value="{chance.randrange(48, 180)}">\n'
                        f'  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="{chance.randrange(3)}"/>\n'
                        " </Record>\n"
                    )
                written += member.write("".join(lines).encode())
            for number in range(workouts):
                start = moment - timedelta(days=workouts - number, minutes=chance.randrange(600))
                member.write(
                    f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" durationUnit="min" '
                    f'duration="{chance.randrange(10, 90)}" startDate="{start:%Y-%m-%d %H:%M:%S +0000}" '
                    f'endDate="{start + timedelta(hours=1):%Y-%m-%d %H:%M:%S +0000}"/>\n'.encode()
                )
            member.write(b"</HealthData>\n")
        for number in range(300):
            archive.writestr(f"apple_health_export/workout-routes/route_{number}.gpx", "<gpx/>" * 100)
    return path.stat().st_size


def _megabytes(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


async def _sign_up(client: httpx2.AsyncClient) -> dict[str, str]:
    account = {"email": f"{secrets.token_hex(8)}@bench.example", "password": secrets.token_urlsafe(16)}
    (await client.post("/auth/register", json=account)).raise_for_status()
    form = {"username": account["email"], "password": account["password"]}
    signed_in = (await client.post("/auth/login", data=form)).raise_for_status().json()
    return {"Authorization": f"Bearer {signed_in['access_token']}"}


async def measure(server: Server, archive: Path) -> None:
    """Send the archive and print what it takes."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}/api/v1", timeout=600) as client:
        ann, bob = await _sign_up(client), await _sign_up(client)
        durations: list[float] = []
        ended = asyncio.Event()

        async def write() -> None:
            while not ended.is_set():
                began = time.perf_counter()
                body = {"started_at": "2026-01-01T10:00:00Z", "exercises": []}
                (await client.post("/workouts", json=body, headers=bob)).raise_for_status()
                durations.append(time.perf_counter() - began)
                await asyncio.sleep(0.25)

        idle = _megabytes(server.pid, "VmRSS")
        _forget_peak(server.pid)
        writer = asyncio.create_task(write())
        began = time.perf_counter()
        with archive.open("rb") as content:
            sent = await client.post(
                "/imports", files={"file": ("export.zip", content)}, data={"time_zone": "UTC"}, headers=ann
            )
        sent.raise_for_status()
        uploaded, upload_peak = time.perf_counter() - began, _megabytes(server.pid, "VmHWM")
        while True:
            # A token lives for 15 minutes.
            the_import = (await client.get(f"/imports/{sent.json()['id']}", headers=ann)).raise_for_status().json()
            if the_import["state"] not in {"queued", "running"}:
                break
            await asyncio.sleep(0.5)
        peak, seconds = _megabytes(server.pid, "VmHWM"), time.perf_counter() - began
        ended.set()
        await writer
        durations.sort()
        print(
            f"{the_import['state']}, {the_import['workouts']} workouts. Uploaded in {uploaded:.1f} s, imported in "
            f"{seconds:.1f} s. Memory of the process: {idle:.0f} MB idle, up to {upload_peak:.0f} MB during the upload"
            f" and {peak:.0f} MB in all. Writes of another user: {len(durations)}, p50 "
            f"{durations[len(durations) // 2] * 1000:.0f} ms, longest {durations[-1] * 1000:.0f} ms."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="The size of export.xml.")
    parser.add_argument("--workouts", type=int, default=2000)
    parser.add_argument("--archive", type=Path, help="The archive, which is written if it does not exist.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database() as (url, _):
        archive = arguments.archive or Path(folder) / "export.zip"
        if not archive.exists():
            size = write_export(archive, arguments.megabytes, arguments.workouts)
            print(f"export.xml of {arguments.megabytes} MB in an archive of {size / 1e6:.0f} MB", flush=True)
        asyncio.run(migrate(url))
        port = free_port()
        command = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_DIR": folder,
            "WEB_ENABLED": "false",
        }
        with started("large upload", command, environment, port) as server:
            asyncio.run(measure(server, archive))


if __name__ == "__main__":
    main()
