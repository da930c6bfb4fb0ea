#!/usr/bin/env python3
"""Takes the policies out of what `terraform test -json -verbose` prints, and compares roles.json.

documents.py TEST_OUTPUT ROLES OUT
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


def documents(path):
    """Run by run, the policies by role; runs in which they are not known yet are left out."""
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            message = json.loads(line)
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


def main():
    source, roles_path, out = sys.argv[1:]
    found = documents(source)
    with open(roles_path, encoding="utf-8") as file:
        roles = json.load(file)
    faults = []
    if set(roles) != set(SETUPS) | {"exceptions"}:
        faults.append(f"roles.json has {sorted(roles)}")
    counts = []
    for name, (setup, role) in SETUPS.items():
        actual, told = granted(found[setup][role]), roles.get(name, [])
        if told != sorted(actual):
            faults.append(f"roles.json is not what is granted to {name}: {sorted(actual ^ set(told)) or 'order'}")
        counts.append(f"{name} {len(actual)}")
    for fault in faults:
        print(f"  {fault}")
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)
    print(f"roles: actions granted: {', '.join(counts)}; {len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
