#!/usr/bin/env python3
"""Applies examples/localstack on an emulator, and lets the program work with what it puts out.

emulator.py NAME URL ZTOK WORK

WORK is a copy of terraform/ of which examples/localstack is initialised. Whatever happens, what was
applied is destroyed.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
from urllib.parse import urlsplit

import boto3

name, url, ztok, work = sys.argv[1:]
if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
    sys.exit("emulator.py: only emulators on this machine")
example = pathlib.Path(work) / "examples/localstack"
mark = f"ztok-terraform-{os.getpid()}"
prefix = f"{mark}/crm"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
TOKEN = {
    "user_name": "alice@example.com",
    "client_id": "1000.CLIENT",
    "client_secret": "secret of the client",
    "refresh_token": "1000.refresh",
    "access_token": "1000.access",
    "expiry_time": "4000000000000",
}


def terraform(*arguments, codes=(0,)):
    environment = {key: text for key, text in os.environ.items() if not key.startswith(("AWS_", "ZTOK_"))}
    environment |= KEYS | {"TF_VAR_endpoint": url, "TF_VAR_prefix": prefix, "TF_VAR_name": mark}
    command = ["terraform", f"-chdir={example}", *arguments, "-no-color"]
    ended = subprocess.run(command, env=environment, text=True, capture_output=True)
    if ended.returncode not in codes:
        raise AssertionError(f"terraform {arguments[0]} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended


def run(environment, *arguments, given=None, code=0):
    """The program with the environment that the module puts out, and no other."""
    whole = {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", "ZTOK_OUTPUT": "json"}
    ended = subprocess.run([ztok, *arguments], env=whole | KEYS | environment, input=given, text=True, capture_output=True, timeout=60)
    if ended.returncode != code:
        raise AssertionError(f"ztok {arguments[0]} ended with {ended.returncode}, not {code}: {ended.stderr}")
    return json.loads(ended.stdout) if ended.stdout else None


def same(what, actual, expected):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def client(service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", **keys)


def secrets():
    pages = client("secretsmanager").get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    return {each["Name"]: each for page in pages for each in page["SecretList"] if each["Name"].startswith(mark)}


def left():
    """What is there that bears this run's mark."""
    iam, logs = client("iam"), client("logs")
    found = list(secrets())
    found += [each["RoleName"] for page in iam.get_paginator("list_roles").paginate() for each in page["Roles"]]
    found += [each["PolicyName"] for page in iam.get_paginator("list_policies").paginate(Scope="Local") for each in page["Policies"]]
    found += [each["AliasName"] for page in client("kms").get_paginator("list_aliases").paginate() for each in page["Aliases"]]
    found += [each["logGroupName"] for page in logs.get_paginator("describe_log_groups").paginate() for each in page["logGroups"]]
    found += [each["AlarmName"] for page in client("cloudwatch").get_paginator("describe_alarms").paginate() for each in page["MetricAlarms"]]
    return sorted(each for each in found if mark in each)


def program(environment, key):
    """Saves, finds, lists and deletes; the first write goes into the page that was made without a value."""
    same("an empty namespace", run(environment, "list"), [])
    token_id = run(environment, "save", given=json.dumps(TOKEN))["id"]
    page = f"{prefix}/index/00"
    same("its secrets", sorted(secrets()), [page, f"{prefix}/token/{token_id}"])
    same("their keys", {each["KmsKeyId"] for each in secrets().values()}, {key})
    found = run(environment, "find", "--user", TOKEN["user_name"], "--reveal")
    same("the token found", {field: found[field] for field in TOKEN}, TOKEN)
    same("the tokens listed", [each["id"] for each in run(environment, "list")], [token_id])
    same("the doctor's opinion", run(environment, "doctor")["healthy"], True)
    same("the deletion", run(environment, "delete", token_id)["deleted"], [token_id])
    run(environment, "find", "--user", TOKEN["user_name"], code=3)
    run(environment, "save", given=json.dumps(TOKEN))


def main():
    begun = time.monotonic()
    try:
        terraform("apply", "-auto-approve", "-input=false")
        outputs = json.loads(terraform("output", "-json").stdout)
        environment = outputs["application_env"]["value"]
        same("the secrets applied", list(secrets()), [f"{prefix}/index/00"])
        program(environment, environment["ZTOK_KMS_KEY_ID"])
        drift = terraform("plan", "-detailed-exitcode", "-input=false", codes=(0, 2))
        same("the plan after the program's writes", (drift.returncode, drift.stdout if drift.returncode else ""), (0, ""))
        state = (example / "terraform.tfstate").read_text()
        same("credentials in the state", [text for text in TOKEN.values() if text.startswith("1000.") and text in state], [])
        run(environment, "delete-all", "--yes", "--immediate")
    finally:
        terraform("destroy", "-auto-approve", "-input=false")
    same("what is left", left(), [])
    print(f"{name}: applied, used by the program, no drift, destroyed, nothing left; {time.monotonic() - begun:.0f} s")


try:
    main()
except AssertionError as fault:
    sys.exit(f"emulator.py, {name}: {fault}")
