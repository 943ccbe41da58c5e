"""The data set and its one fixed split."""
import csv
import json
import pathlib

DATA = pathlib.Path(__file__).resolve().parent / "data"
SPLITS = ("train", "validation", "test")
CLASSES = 10


def load(split):
    """The examples of `split` as a list of (pixels, label).

    Pixels are 64 floats from 0 to 1 with a constant 1.0 at the end, so that a unit's bias is its last weight.
    """
    with (DATA / "splits.json").open(encoding="utf-8") as file:
        first, end = json.load(file)[split]
    with (DATA / "digits.csv").open(newline="", encoding="ascii") as file:
        rows = list(csv.reader(file))[1:]
    return [([int(pixel) / 16 for pixel in row[1:]] + [1.0], int(row[0])) for row in rows[first:end]]
