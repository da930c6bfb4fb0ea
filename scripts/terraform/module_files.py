"""The files of terraform/, parsed."""

import pathlib

import hcl2

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = ROOT / "terraform"
LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1}


def parsed(pattern):
    files = {}
    for path in sorted(MODULE.glob(pattern)):
        with open(path, encoding="utf-8") as file:
            files[path] = hcl2.load(file)
    return files


def bare(text):
    """A string of HCL without the quotes that the parser leaves on it."""
    if isinstance(text, str) and len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text


def blocks(files, kind):
    """The labels, body and file of every block of a kind."""
    for path, tree in files.items():
        for body in tree.get(kind, []):
            labels = []
            for _ in range(LABELS[kind]):
                label = next(key for key in body if not key.startswith("__"))
                labels.append(bare(label))
                body = body[label]
            yield labels, body, path
