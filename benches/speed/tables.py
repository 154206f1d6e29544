"""Tables of figures: how they grow from size to size, and where they stand in a document. Must not know where figures come from."""

import math
import re


def table(head, rows):
    return "\n".join([f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}", *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def put_into(path, tables):
    """Replaces the tables of a document that stand below `<!-- figures: NAME -->`. The others stay."""
    text = path.read_text()
    for name, rows in tables.items():
        text, count = re.subn(rf"(<!-- figures: {re.escape(name)} -->)\n+(?:\|.*\n)*\n*", lambda found: f"{found.group(1)}\n\n{rows}\n\n", text)
        print(f"{path}: table '{name}' {'is replaced' if count else 'has no place there'}")
    path.write_text(text.rstrip("\n") + "\n")


def power(sizes, values):
    """The exponent by which values grow with sizes: least squares over the logarithms of all points."""
    points = [(math.log(size), math.log(max(value, 1e-6))) for size, value in zip(sizes, values)]
    middle, height = (sum(axis) / len(points) for axis in zip(*points))
    return sum((x - middle) * (y - height) for x, y in points) / sum((x - middle) ** 2 for x, _ in points)


def steepest(sizes, values):
    """The exponent between those two neighbouring sizes where it is largest."""
    return max(power(sizes[at : at + 2], values[at : at + 2]) for at in range(len(sizes) - 1))
