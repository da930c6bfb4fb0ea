#!/usr/bin/env python3
"""Tells what passed of what `terraform test -json -verbose` prints, and writes the policies of its runs.

documents.py TEST_OUTPUT DOCUMENTS
"""

import json
import sys

source, out = sys.argv[1:]
# Run by run, the policies by role; runs in which they are not known yet are left out.
documents = {}
with open(source, encoding="utf-8") as lines:
    for message in map(json.loads, lines):
        if message.get("type") == "diagnostic":
            diagnostic = message["diagnostic"]
            line = diagnostic.get("range", {}).get("start", {}).get("line", "?")
            print(f"{message.get('@testrun', '')}, line {line}: {diagnostic['summary']}: {diagnostic['detail']}")
        if message.get("type") == "test_summary":
            print("unit: {passed} runs passed, {failed} failed, {errored} ended in errors".format(**message["test_summary"]))
        if message.get("type") == "test_plan":
            output = message["test_plan"].get("output_changes", {}).get("policy_documents", {})
            texts = output.get("after") or {}
            if texts:
                documents[message["@testrun"]] = {role: json.loads(text) for role, text in texts.items()}
with open(out, "w", encoding="utf-8") as file:
    json.dump(documents, file)
