#!/usr/bin/env python3
"""What holds of terraform/ without Terraform: its files are parsed, and compared with the program.

floor.py           checks
floor.py --write   writes the tables of terraform/README.md first
"""

import json
import re
import sys

import tables
from module_files import MODULE, ROOT, bare, blocks, parsed

FORBIDDEN = {"aws_secretsmanager_secret_version", "aws_iam_policy_document"}
# What the SDK reads, of what the module puts out.
SDK = {"AWS_REGION"}


def described(files):
    for kind in ("variable", "output"):
        for (name,), body, path in blocks(files, kind):
            if not str(bare(body.get("description", ""))).strip():
                yield f"{path.name}: the {kind} {name} has no description"


def forbidden(files):
    for kind in ("resource", "data"):
        for (type_, name), _, path in blocks(files, kind):
            if type_ in FORBIDDEN:
                yield f"{path.name}: {type_} {name} is not to be used: see terraform/README.md"


def counted(files):
    """Inputs that may be unknown while planning decide nothing: `count` and `for_each` name flags and maps."""
    for (type_, name), body, path in blocks(files, "resource"):
        if "null" in str(body.get("count", "")):
            yield f"{path.name}: the count of {type_} {name} depends on null, which may not be known yet"


def environment():
    """The variables that the program reads: those of the command line, and those that the SDK reads."""
    text = (ROOT / "src/bin/ztok/args.rs").read_text(encoding="utf-8")
    return set(re.findall(r'env = "(ZTOK_\w+)"', text)) | SDK


def written_environment():
    text = (MODULE / "outputs.tf").read_text(encoding="utf-8")
    return set(re.findall(r"\b((?:ZTOK|AWS)_[A-Z_]+)\s*=", text))


def variables_agree():
    unread = written_environment() - environment()
    if unread or len(written_environment()) < 4:
        yield f"outputs.tf: the program does not read {sorted(unread)} of {sorted(written_environment())}"
    # What the module decides, and a program must know.
    for needed in ("ZTOK_PREFIX", "ZTOK_KMS_KEY_ID", "ZTOK_USER_TAG", "AWS_REGION"):
        if needed not in written_environment():
            yield f"outputs.tf: {needed} is missing"


def log_lines_exist():
    """The texts that alarms look for are texts of the program."""
    text = (MODULE / "monitoring.tf").read_text(encoding="utf-8")
    block = text[text.index("application_patterns") :]
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.rs"))
    wanted = re.findall(r'\?\\"(.*?)\\"', block[: block.index("alarm_texts")])
    if len(wanted) < 4:
        yield f"monitoring.tf: only these texts were found: {wanted}"
    for each in wanted:
        # `throttled:` is a kind and the colon that follows every kind.
        if f'"{each.rstrip(":")}"' not in source and each not in source:
            yield f"monitoring.tf: the program never writes {each!r}"


def tags_agree():
    text = (ROOT / "src/rules/tags.rs").read_text(encoding="utf-8")
    program = set(re.findall(r'const \w+: &str = "(zoho-token-store:\w+)"', text))
    module = set(re.findall(r'"(zoho-token-store:\w+)"', (MODULE / "main.tf").read_text(encoding="utf-8")))
    if program != module or not program:
        yield f"main.tf: the tags are {sorted(module)}, those of the program {sorted(program)}"


def prefixes_are_sound():
    vectors = json.loads((MODULE / "tests/prefixes.json").read_text(encoding="utf-8"))
    if sorted(vectors) != ["invalid", "valid"] or set(vectors["valid"]) & set(vectors["invalid"]):
        yield "tests/prefixes.json: a prefix is valid or invalid"


def rules_are_tried(files):
    """Each validation has a run of its own that expects it to refuse."""
    text = (MODULE / "tests/validation.tftest.hcl").read_text(encoding="utf-8")
    for (name,), body, path in blocks(files, "variable"):
        rules = len(body.get("validation", []))
        runs = len(re.findall(rf"expect_failures\s*=\s*\[var\.{name}\]", text))
        if name != "prefix" and runs < rules:
            yield f"{path.name}: {name} has {rules} rules, and {runs} runs in tests/validation.tftest.hcl"


def matrix_is_large():
    rows = json.loads((MODULE / "tests/policy-matrix.json").read_text(encoding="utf-8"))
    if len(rows) < 40 or any(not row["why"] for row in rows):
        yield f"tests/policy-matrix.json: 40 rows or more, each with a reason; there are {len(rows)}"


def main():
    module = parsed("*.tf")
    every = module | parsed("examples/*/*.tf")
    rules = [
        described(every),
        forbidden(every),
        counted(every),
        variables_agree(),
        log_lines_exist(),
        tags_agree(),
        prefixes_are_sound(),
        rules_are_tried(module),
        matrix_is_large(),
        tables.current(module, "--write" in sys.argv[1:]),
    ]
    faults = [fault for rule in rules for fault in rule]
    for fault in faults:
        print(f"  {fault}")
    print(f"floor: {len(every)} files, {len(rules)} rules, {len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
