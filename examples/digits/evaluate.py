"""Scores saved parameters against the data set's own labels.

    python3 evaluate.py --run R002                 scores the test split again and writes it into results/R002.json
    python3 evaluate.py --parameters FILE --split validation      prints the scores, writes nothing
"""
import argparse
import json
import os
import pathlib

import digits
import network


def score(parameters, examples):
    """Accuracy (share of examples whose most probable class is the label), mean cross-entropy in nats, and the counts."""
    loss = 0.0
    errors = 0
    for pixels, label in examples:
        _, probabilities = network.forward(parameters, pixels)
        loss += network.cross_entropy(probabilities, label)
        errors += probabilities.index(max(probabilities)) != label
    count = len(examples)
    return {"accuracy": (count - errors) / count, "loss": loss / count, "errors": errors, "examples": count}


def evaluate(parameters_file, split):
    """The scores of the parameters in a file on one split of the data set."""
    with open(parameters_file, encoding="utf-8") as file:
        return score(json.load(file), digits.load(split))


def write_json(path, document):
    """Writes the whole file or leaves the one before: nobody reads half a result."""
    part = pathlib.Path(str(path) + ".part")
    part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)


def main():
    options = argparse.ArgumentParser(description="Score saved parameters against the data set's own labels.")
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--run", help="id of a trained run; its result file gets the scores")
    what.add_argument("--parameters", help="parameters file to score without writing anything")
    options.add_argument("--split", choices=digits.SPLITS, default="test")
    options.add_argument("--results", default="results", help="folder of the result files")
    chosen = options.parse_args()

    results = pathlib.Path(chosen.results)
    parameters = chosen.parameters or results / (chosen.run + ".parameters.json")
    scores = evaluate(parameters, chosen.split)
    if chosen.run:
        path = results / (chosen.run + ".json")
        document = json.loads(path.read_text(encoding="utf-8"))
        document[chosen.split] = dict(document.get(chosen.split, {}), **scores)
        write_json(path, document)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
