"""The file of counting in the export of all data."""

from exercise_buddy.core.exports import json_document
from exercise_buddy.counting.counted_exercises import CALIBRATIONS

EXPORTS = (json_document("counting_calibrations.json", CALIBRATIONS, holds=["counting_calibration"]),)
