#!/usr/bin/env python3
"""Reads what `terraform test -json -verbose` prints.

documents.py --summary TEST_OUTPUT         tells what passed, and what failed and why
documents.py TEST_OUTPUT ROLES DOCUMENTS   writes the policies of all runs, and compares roles.json
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


def messages(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def summary(path):
    for message in messages(path):
        if message.get("type") == "diagnostic":
            diagnostic = message["diagnostic"]
            at = diagnostic.get("range", {}).get("start", {}).get("line", "?")
            print(f"{message.get('@testrun', '')}, line {at}: {diagnostic['summary']}: {diagnostic['detail']}")
        if message.get("type") == "test_summary":
            print("unit: {passed} runs passed, {failed} failed, {errored} ended in errors".format(**message["test_summary"]))


def documents(path):
    """Run by run, the policies by role; runs in which they are not known yet are left out."""
    found = {}
    for message in messages(path):
        if message.get("type") != "test_plan":
            continue
        output = message["test_plan"].get("output_changes", {}).get("policy_documents", {})
        texts = output.get("after") or {}
        if texts:
            found[message["@testrun"]] = {role: json.loads(text) for role, text in texts.items()}
    return found


def granted(policy):
    allowed = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    return {action for each in allowed for action in each["Action"] if action.startswith("secretsmanager:")}


def compare(roles, found):
    """Where roles.json is not what is granted, and how many actions each role has."""
    faults, counts = [], []
    if set(roles) != set(SETUPS) | {"exceptions"}:
        faults.append(f"roles.json has {sorted(roles)}")
    for name, (setup, role) in SETUPS.items():
        actual, told = granted(found[setup][role]), roles.get(name, [])
        if told != sorted(actual):
            faults.append(f"roles.json is not what is granted to {name}: {sorted(actual ^ set(told)) or 'order'}")
        counts.append(f"{name} {len(actual)}")
    return faults, counts


def main():
    if sys.argv[1] == "--summary":
        return summary(sys.argv[2])
    source, roles, out = sys.argv[1:]
    found = documents(source)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)
    with open(roles, encoding="utf-8") as file:
        faults, counts = compare(json.load(file), found)
    for fault in faults:
        print(fault)
    print(f"roles: actions granted: {', '.join(counts)}")
    sys.exit(1 if faults else 0)


main()
