"""Writes digits.csv from the copy of the data set that scikit-learn ships. Needed once; the study itself reads the CSV.

Run with a Python that has scikit-learn (made with Debian's python3-sklearn 1.2.1): /usr/bin/python3 data/make_digits.py
"""
import csv
import pathlib

from sklearn.datasets import load_digits

digits = load_digits()
target = pathlib.Path(__file__).resolve().parent / "digits.csv"
with target.open("w", newline="", encoding="ascii") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["label"] + ["pixel%d%d" % (row, column) for row in range(8) for column in range(8)])
    # The order of the source is kept: it is what splits.json cuts by.
    for label, pixels in zip(digits.target, digits.data):
        rows.writerow([int(label)] + [int(pixel) for pixel in pixels])
