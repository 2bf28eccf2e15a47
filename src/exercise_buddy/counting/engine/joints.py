"""The joints that models with 17 keypoints (MoveNet, COCO) and with 33 landmarks (BlazePose) share."""

JOINTS = (
    "nose",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""The order of the joints in every array."""

PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
"""The joints of which each side of the body has one. A profile names them without a side."""
