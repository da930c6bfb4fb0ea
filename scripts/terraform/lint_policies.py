#!/usr/bin/env python3
"""Lints the policies of documents.json with parliament."""

import json
import sys

import parliament


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        setups = json.load(file)
    count, faults = 0, []
    for setup, policies in setups.items():
        for role, policy in policies.items():
            count += 1
            analysed = parliament.analyze_policy_string(json.dumps(policy))
            faults += [f"{setup}, {role}: {finding}" for finding in analysed.findings]
    # The linter finds what it is there to find.
    wrong = {"Effect": "Allow", "Action": "secretsmanager:ReadSecret", "Resource": "*"}
    if not parliament.analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [wrong]})).findings:
        faults.append("an action that does not exist was not found")
    for fault in faults:
        print(f"  {fault}")
    print(f"parliament: {count} policies, {len(faults)} findings")
    sys.exit(1 if faults else 0)


main()
