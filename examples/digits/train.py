"""Trains one network on the digits, for a fixed number of updates, and scores it on the test split at the end.

Update rule, for the mean gradient g of a batch, its length clipped to --clip:

    v <- momentum * v + g
    w <- w - lr * v

With momentum 0 it is plain SGD. A gradient that stays the same moves w by lr / (1 - momentum) an update in the long run:
the effective step, which is what has to be equal for two momenta to be compared.

Writes results/RUN.metrics.jsonl while it trains, then RUN.parameters.json and RUN.json. Two runs with the same arguments
write the same bytes (on one Python version: 3.12 changed how sum() rounds).
"""
import argparse
import json
import math
import pathlib
import random
import sys

import digits
import evaluate
import network


def parse_options():
    options = argparse.ArgumentParser(description="Train one network on the digits.")
    options.add_argument("--run", required=True, help="id of the run; names the files it writes")
    options.add_argument("--system", required=True, help="name of the system, for the result file only")
    options.add_argument("--seed", type=int, required=True, help="decides initial weights and order of examples")
    options.add_argument("--lr", type=float, required=True, help="learning rate")
    options.add_argument("--momentum", type=float, default=0.0, help="0 is plain SGD")
    options.add_argument("--clip", type=float, default=0.0, help="greatest length of a batch's gradient; 0: no limit")
    options.add_argument("--updates", type=int, default=1000)
    options.add_argument("--batch-size", type=int, default=16)
    options.add_argument("--hidden", type=int, default=32, help="number of rectified units")
    options.add_argument("--log-every", type=int, default=20, help="updates between two lines of metrics")
    options.add_argument("--results", default="results", help="folder of the result files")
    return options.parse_args()


def endless_batches(examples, size, rng):
    """Batches of one shuffled pass after another; what is left over at the end of a pass is not used in it."""
    order = list(examples)
    while True:
        rng.shuffle(order)
        for first in range(0, len(order) - size + 1, size):
            yield order[first : first + size]


def update(parameters, velocity, gradients, scale, options):
    """One step of the update rule, in place; `scale` is what clipping left of the gradient."""
    for name, rows in parameters.items():
        for unit, row in enumerate(rows):
            moved = [options.momentum * v + scale * g for v, g in zip(velocity[name][unit], gradients[name][unit])]
            velocity[name][unit] = moved
            rows[unit] = [w - options.lr * v for w, v in zip(row, moved)]


def train(options, stream):
    """The trained parameters and the share of updates whose gradient was clipped; metrics go to `stream` on the way."""
    training, validation = digits.load("train"), digits.load("validation")
    # Two generators, so that all systems start from the same weights and see the same batches under one seed.
    parameters = network.initial(options.hidden, random.Random("weights %d" % options.seed))
    batches = endless_batches(training, options.batch_size, random.Random("order %d" % options.seed))
    velocity = {name: [[0.0] * len(row) for row in rows] for name, rows in parameters.items()}
    clipped = 0
    recent = []
    for step in range(1, options.updates + 1):
        loss, gradients = network.gradient(parameters, next(batches))
        length = network.norm(gradients)
        if not math.isfinite(length):
            sys.exit("%s: the gradient is %r at update %d: training diverged" % (options.run, length, step))
        too_long = options.clip > 0 and length > options.clip
        clipped += too_long
        update(parameters, velocity, gradients, options.clip / length if too_long else 1.0, options)
        recent.append((loss, length))
        if step % options.log_every == 0 or step == options.updates:
            scores = evaluate.score(parameters, validation)
            line = {
                "step": step,
                "train/loss": sum(loss for loss, _ in recent) / len(recent),
                "train/grad_norm": sum(length for _, length in recent) / len(recent),
                "val/loss": scores["loss"],
                "val/accuracy": scores["accuracy"],
            }
            recent = []
            stream.write(json.dumps(line) + "\n")
            stream.flush()
            print(
                "%s update %4d/%d  train loss %.4f  val loss %.4f  val accuracy %.4f"
                % (options.run, step, options.updates, line["train/loss"], line["val/loss"], line["val/accuracy"]),
                flush=True,
            )
    return parameters, clipped / options.updates


def main():
    options = parse_options()
    results = pathlib.Path(options.results)
    results.mkdir(parents=True, exist_ok=True)
    with (results / (options.run + ".metrics.jsonl")).open("w", encoding="utf-8") as stream:
        parameters, clipped_share = train(options, stream)

    saved = results / (options.run + ".parameters.json")
    evaluate.write_json(saved, parameters)
    document = {
        "run": options.run,
        "system": options.system,
        "seed": options.seed,
        "updates": options.updates,
        "test": evaluate.evaluate(saved, "test"),
        "validation": evaluate.evaluate(saved, "validation"),
        "train": dict(evaluate.evaluate(saved, "train"), clipped_share=clipped_share),
        "config": {
            "lr": options.lr,
            "momentum": options.momentum,
            "effective_step": options.lr / (1 - options.momentum),
            "clip": options.clip,
            "batch_size": options.batch_size,
            "hidden": options.hidden,
        },
    }
    evaluate.write_json(results / (options.run + ".json"), document)
    test = document["test"]
    print(
        "%s %s seed %d: test accuracy %.4f, test loss %.4f"
        % (options.run, options.system, options.seed, test["accuracy"], test["loss"])
    )


if __name__ == "__main__":
    main()
