"""A network with one layer of rectified units and a softmax output, on plain lists of numbers.

Parameters are {"hidden": rows, "output": rows}; a row holds one unit's incoming weights and, last, its bias.
"""
import math
from operator import mul

import digits


def initial(hidden, rng):
    """Random parameters: normal weights scaled to the number of inputs (He for the rectified units), zero biases."""

    def layer(inputs, units, scale):
        return [[rng.gauss(0, scale) for _ in range(inputs)] + [0.0] for _ in range(units)]

    return {
        "hidden": layer(64, hidden, math.sqrt(2 / 64)),
        "output": layer(hidden, digits.CLASSES, math.sqrt(1 / hidden)),
    }


def forward(parameters, pixels):
    """The hidden activations, with the constant 1.0 at their end, and the probability of each class."""
    hidden = [max(0.0, sum(map(mul, row, pixels))) for row in parameters["hidden"]] + [1.0]
    scores = [sum(map(mul, row, hidden)) for row in parameters["output"]]
    highest = max(scores)
    exponentials = [math.exp(score - highest) for score in scores]
    total = sum(exponentials)
    return hidden, [value / total for value in exponentials]


def cross_entropy(probabilities, label):
    """Natural-log loss of one example; a probability that underflowed counts as 1e-300, so that the loss stays finite."""
    return -math.log(max(probabilities[label], 1e-300))


def gradient(parameters, batch):
    """Mean loss of the batch, and its gradient in the shape of the parameters."""
    gradients = {name: [[0.0] * len(row) for row in rows] for name, rows in parameters.items()}
    share = 1 / len(batch)
    loss = 0.0
    for pixels, label in batch:
        hidden, probabilities = forward(parameters, pixels)
        loss += cross_entropy(probabilities, label) * share
        errors = [p * share for p in probabilities]
        errors[label] -= share
        for unit, error in enumerate(errors):
            gradients["output"][unit] = [g + error * h for g, h in zip(gradients["output"][unit], hidden)]
        for unit, activation in enumerate(hidden[:-1]):
            if activation > 0:
                error = sum(map(mul, errors, [row[unit] for row in parameters["output"]]))
                gradients["hidden"][unit] = [g + error * x for g, x in zip(gradients["hidden"][unit], pixels)]
    return loss, gradients


def norm(gradients):
    """Euclidean length of the whole gradient, all layers together."""
    return math.sqrt(sum(sum(map(mul, row, row)) for rows in gradients.values() for row in rows))
