"""Render a shaded person of the kinematic model who does squats, as a video in place of a camera.

uv run python -m web.e2e.figure OUT.y4m [--reps 5] [--picture OUT.png]

Chromium shows the video to the page: --use-fake-device-for-media-stream --use-file-for-fake-video-capture=OUT.y4m. It
begins again at its end, so the person stands still there.
"""

import argparse
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.counting.body import Body
from benchmarks.counting.movements import pose_squat
from benchmarks.counting.script import ease
from exercise_buddy.counting.engine.joints import JOINTS

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

WIDTH, HEIGHT, HZ = 480, 360, 10
REP_SECONDS, STILL_SECONDS = 2.6, 4.0
_BODY = Body(1, 1, 1, 1, 1, (0.8, 0.4, 0.5))
# The camera: where it is in meters (x to the front of the person, z up), and how it sees.
_CAMERA = np.array([3.3, 1.5, 1.05])
_TARGET = np.array([0.0, 0.0, 0.85])
_FOCAL = 0.95 * WIDTH
_LIGHT = np.array([-0.45, -0.6, 0.66])
_SKIN, _SHIRT, _SHORTS, _SHOES, _HAIR, _EYES = (
    np.array(color, dtype=float)
    for color in ((205, 150, 122), (52, 98, 168), (38, 40, 52), (225, 225, 228), (48, 32, 24), (25, 20, 20))
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the body: a limb between two points in meters that is as thick as two balls at its ends."""

    start: Floats
    end: Floats
    radii: tuple[float, float]
    color: Floats


def _build_parts(joints: dict[str, Floats]) -> Iterator[Part]:
    neck = (joints["left_shoulder"] + joints["right_shoulder"]) / 2
    hips = (joints["left_hip"] + joints["right_hip"]) / 2
    up = (neck - hips) / np.linalg.norm(neck - hips)
    left = joints["left_shoulder"] - joints["right_shoulder"]
    left = left / np.linalg.norm(left)
    front = np.cross(left, up)
    yield Part(neck - 0.05 * up, hips + 0.05 * up, (0.12, 0.105), _SHIRT)
    yield Part(hips + 0.06 * up, hips - 0.03 * up, (0.115, 0.12), _SHORTS)
    for side, sign in (("left", 1), ("right", -1)):
        shoulder, elbow, wrist, hip, knee, ankle = (
            joints[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        )
        inner = shoulder - sign * 0.05 * left - 0.02 * up
        yield Part(inner, hip + 0.04 * up, (0.085, 0.09), _SHIRT)
        yield Part(inner, shoulder, (0.075, 0.07), _SHIRT)
        sleeve = shoulder + 0.5 * (elbow - shoulder)
        yield Part(shoulder, sleeve, (0.066, 0.06), _SHIRT)
        yield Part(sleeve, elbow, (0.05, 0.042), _SKIN)
        yield Part(elbow, wrist, (0.044, 0.03), _SKIN)
        hand = wrist + 0.09 * (wrist - elbow) / np.linalg.norm(wrist - elbow)
        yield Part(wrist, hand, (0.034, 0.036), _SKIN)
        hem = hip + 0.6 * (knee - hip)
        yield Part(hip, hem, (0.105, 0.085), _SHORTS)
        yield Part(hem, knee, (0.074, 0.058), _SKIN)
        calf = knee + 0.3 * (ankle - knee)
        yield Part(knee, calf, (0.055, 0.06), _SKIN)
        yield Part(calf, ankle, (0.06, 0.038), _SKIN)
        ahead = np.array([front[0], front[1], 0.0])
        ahead = ahead / np.linalg.norm(ahead)
        yield Part(ankle - [0, 0, 0.03] - 0.04 * ahead, ankle - [0, 0, 0.035] + 0.16 * ahead, (0.045, 0.035), _SHOES)
    head = neck + 0.24 * up + 0.035 * front
    yield Part(neck, neck + 0.14 * up + 0.02 * front, (0.055, 0.055), _SKIN)
    yield Part(head - 0.05 * up, head + 0.02 * up, (0.075, 0.09), _SKIN)
    yield Part(head + 0.045 * up - 0.025 * front, head + 0.06 * up - 0.01 * front, (0.092, 0.088), _HAIR)
    yield Part(head - 0.02 * up + 0.085 * front, head - 0.035 * up + 0.1 * front, (0.014, 0.016), _SKIN)
    yield Part(head - 0.068 * up + 0.066 * front - 0.02 * left, head - 0.068 * up + 0.066 * front + 0.02 * left,
               (0.009, 0.009), np.array([150.0, 80, 75]))  # fmt: skip
    for sign in (1, -1):
        eye = head + 0.012 * up + 0.08 * front + sign * 0.032 * left
        yield Part(eye, eye + 0.002 * up, (0.012, 0.012), _EYES)


def _project(point: Floats) -> tuple[Floats, float]:
    """Return the pixel of a point, and its distance from the camera."""
    ahead = (_TARGET - _CAMERA) / np.linalg.norm(_TARGET - _CAMERA)
    aside = np.cross(ahead, [0, 0, 1])
    aside = aside / np.linalg.norm(aside)
    upwards = np.cross(aside, ahead)
    local = point - _CAMERA
    distance = float(local @ ahead)
    at = _FOCAL / distance * np.array([local @ aside, -(local @ upwards)])
    return at + np.array([WIDTH / 2, HEIGHT / 2]), distance


def _draw(image: Floats, depth: Floats, part: Part) -> None:
    (start, near), (end, far) = _project(part.start), _project(part.end)
    radii = np.array(part.radii) * _FOCAL / np.array([near, far])
    low = np.maximum(np.floor(np.minimum(start, end) - radii.max() - 1).astype(int), 0)
    high = np.minimum(np.ceil(np.maximum(start, end) + radii.max() + 2).astype(int), [WIDTH, HEIGHT])
    if np.any(high <= low):
        return
    rows, columns = np.mgrid[low[1] : high[1], low[0] : high[0]]
    axis = end - start
    along = ((columns - start[0]) * axis[0] + (rows - start[1]) * axis[1]) / max(float(axis @ axis), 1e-6)
    along = along.clip(0, 1)
    right, down = columns - start[0] - along * axis[0], rows - start[1] - along * axis[1]
    radius = radii[0] + along * (radii[1] - radii[0])
    outside = np.hypot(right, down)
    bulge = np.sqrt(np.maximum(radius**2 - outside**2, 0))
    distance = near + along * (far - near) - bulge * near / _FOCAL
    area = np.s_[low[1] : high[1], low[0] : high[0]]
    shown = (outside < radius) & (distance < depth[area])
    normal = np.stack([right, down, bulge], -1) / np.maximum(radius, 1e-6)[..., None]
    shade = 0.42 + 0.68 * np.maximum(normal @ _LIGHT, 0)
    depth[area][shown] = distance[shown]
    image[area][shown] = (part.color * shade[..., None]).clip(0, 255)[shown]


def _build_room() -> Floats:
    """Return an empty room: a wall that is lit from the left, and a floor."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    wall = np.array([214.0, 208, 198]) * (1.0 - 0.22 * columns / WIDTH)[..., None]
    floor = np.array([142.0, 112, 86]) * (0.8 + 0.25 * rows / HEIGHT)[..., None]
    edge = int(HEIGHT * 0.72)
    room = np.where((rows >= edge)[..., None], floor, wall)
    room[edge - 5 : edge] = 236
    noisy: Floats = room + np.random.default_rng(1).normal(0, 2.5, room.shape)
    return noisy


def _draw_shadow(image: Floats, joints: dict[str, Floats]) -> None:
    middle, _ = _project((joints["left_ankle"] + joints["right_ankle"]) / 2 * [1, 1, 0])
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = ((columns - middle[0] - 12) / 70) ** 2 + ((rows - middle[1]) / 15) ** 2
    image *= (1 - 0.45 * np.exp(-(away**1.5)))[..., None]


def render(joints: Floats) -> Image:
    """Return the picture of a pose: 13 points in meters."""
    named = dict(zip(JOINTS, joints, strict=True))
    image = _build_room()
    _draw_shadow(image, named)
    depth = np.full((HEIGHT, WIDTH), np.inf)
    for part in _build_parts(named):
        _draw(image, depth, part)
    # A lens is not as sharp as this.
    image = (image + np.roll(image, 1, 0) + np.roll(image, 1, 1) + np.roll(image, (1, 1), (0, 1))) / 4
    return image.clip(0, 255).astype(np.uint8)


def perform(reps: int) -> Floats:
    """Return the depth of squats over time, from 0 to 1, with stillness before and after."""
    share = np.arange(0, 1, 1 / (HZ * REP_SECONDS))
    rep = ease(1 - np.abs(2 * share - 1))
    still = np.zeros(int(STILL_SECONDS * HZ))
    return np.concatenate([still, np.tile(rep, reps), still])


def write_squats(path: Path, reps: int) -> None:
    """Write a video of squats."""
    depth = perform(reps)
    write_video(path, map(render, pose_squat(_BODY, depth, depth)))


def write_empty_room(path: Path) -> None:
    """Write a video in which there is nobody."""
    write_video(path, [_build_room().clip(0, 255).astype(np.uint8)] * HZ)


def write_video(path: Path, images: Iterable[Image]) -> None:
    """Write YUV4MPEG2."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{HZ}:1 Ip A1:1 C420jpeg\n".encode())
        for image in images:
            file.write(b"FRAME\n")
            for plane in _convert(image):
                file.write(plane.tobytes())


def _convert(image: Image) -> Iterator[Image]:
    """Yield the planes Y, U and V; one value of U and V for four pixels."""
    rgb = image.astype(float)
    weights = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    luma, blue, red = np.moveaxis(rgb @ weights.T, -1, 0)
    yield luma.clip(0, 255).astype(np.uint8)
    for plane in (blue, red):
        small = plane.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3))
        yield (small + 128).clip(0, 255).astype(np.uint8)


def write_png(path: Path, image: Image) -> None:
    """Write a picture as PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width = image.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--picture", type=Path, help="of a person in the middle of a squat")
    arguments = parser.parse_args()
    write_squats(arguments.video, arguments.reps)
    if arguments.picture:
        middle = np.array([0.0, 0.5, 1.0])
        write_png(arguments.picture, np.hstack([render(joints) for joints in pose_squat(_BODY, middle, middle)]))
