#!/usr/bin/env python3
"""Compares what the policies grant with roles.json, which the program's own trials are held to.

roles.py DOCUMENTS ROLES
"""

import json
import sys

# The run of tests/policies.tftest.hcl that grants what roles.json says of a role.
SETUPS = {
    "reader": ("plain", "reader"),
    "writer": ("plain", "writer"),
    "operator": ("operator_reads", "operator"),
    "operator_without_values": ("plain", "operator"),
}


def granted(policy):
    allowed = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    return {action for each in allowed for action in each["Action"] if action.startswith("secretsmanager:")}


def main():
    documents, roles = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    faults, counts = [], []
    if set(roles) != set(SETUPS) | {"exceptions"}:
        faults.append(f"roles.json has {sorted(roles)}")
    for name, (setup, role) in SETUPS.items():
        if role not in documents.get(setup, {}):
            faults.append(f"no run told the policy of {name}")
            continue
        actual, told = granted(documents[setup][role]), roles.get(name, [])
        if told != sorted(actual):
            faults.append(f"roles.json is not what is granted to {name}: {sorted(actual ^ set(told)) or 'order'}")
        counts.append(f"{name} {len(actual)}")
    for fault in faults:
        print(fault)
    print(f"roles: actions granted: {', '.join(counts)}")
    sys.exit(1 if faults else 0)


main()
