#!/usr/bin/env python3
"""Prints a test file for Terraform: each valid prefix is taken, and each invalid one refused."""

import json
import sys


def run(number, prefix, valid):
    # A dollar or percent sign before a brace would begin an expression.
    text = json.dumps(prefix).replace("${", "$${").replace("%{", "%%{")
    refusal = "" if valid else "\n  expect_failures = [var.prefix]"
    kind = "valid" if valid else "invalid"
    return f'run "{kind}_{number}" {{\n  command = plan{refusal}\n  variables {{\n    prefix = {text}\n  }}\n}}\n'


with open(sys.argv[1], encoding="utf-8") as file:
    vectors = json.load(file)
for kind in ("valid", "invalid"):
    for number, prefix in enumerate(vectors[kind]):
        print(run(number, prefix, kind == "valid"))
