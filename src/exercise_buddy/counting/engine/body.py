"""The movement of the whole body, in few numbers per sample."""

import numpy as np

from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.signals import Motion, take_median
from exercise_buddy.counting.engine.trace import Floats

COMPONENTS = 6
LEAST_SEEN = 0.3
"""A joint that was seen in a smaller share of the trace says nothing about the movement."""
LIMIT_TORSOS = 3.0
"""A joint does not move farther from its median position: beyond it, pose detection was wrong."""

_HIPS = [JOINTS.index("left_hip"), JOINTS.index("right_hip")]


def compute_components(motion: Motion) -> Floats:
    """Return the principal components of the joints around the hips, the strongest first, in torso lengths.

    Shape (n, k) with k up to `COMPONENTS`; one component of zeros if fewer than two joints were seen.
    """
    hips = np.nan_to_num(motion.points[:, _HIPS].mean(axis=1))
    used = motion.seen.mean(axis=0) > LEAST_SEEN
    around = (motion.points[:, used] - hips[:, None]).reshape(len(hips), -1)
    if around.shape[1] < 4:  # noqa: PLR2004  (x and y of two joints)
        return np.zeros((len(hips), 1))
    around = take_median(around)
    # A quarter of the samples has the same median, in a quarter of the time.
    around -= np.median(around[::4], axis=0)
    # A share of the trace that is far from the rest, such as the way into position, must not be the first component.
    limit = np.minimum(9 * np.median(np.abs(around[::4]), axis=0) + 0.15, LIMIT_TORSOS)
    around = np.clip(around, -limit, limit)
    around -= around.mean(axis=0)
    _, vectors = np.linalg.eigh(around.T @ around)
    vectors = vectors[:, ::-1][:, :COMPONENTS]
    # The sign of an eigenvector is arbitrary: fix it, so that the result does not depend on the platform.
    vectors = vectors * np.where(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    components: Floats = around @ vectors
    return components
