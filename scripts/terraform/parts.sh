# Sourced by scripts/terraform-test: its parts, and what becomes of them.
# shellcheck shell=bash

tools=${CARGO_TARGET_DIR:-target}/terraform
mkdir -p "$tools/results"
tools=$(cd "$tools" && pwd)
results=$tools/results
work=$tools/work
inputs=$tools/inputs
required=
if [ "${ZTOK_IT_REQUIRE:-}" = 1 ] || [ -n "${CI:-}" ]; then required=yes; fi

# What Terraform would report to its maker, and a settings file that is not there, which it complains of.
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
if [ -n "${TF_CLI_CONFIG_FILE:-}" ] && [ ! -e "$TF_CLI_CONFIG_FILE" ]; then export TF_CLI_CONFIG_FILE=/dev/null; fi

# --- outcomes: one line each, with seconds and the last line that a part printed ---

passed=0
failed=()
skipped=()
: >"$results/summary"

outcome() { printf '  %-11s %-8s %4s s  %s\n' "$1" "$2" "$3" "$4" >>"$results/summary"; }
fail() { # part why
  failed+=("$1")
  outcome "$1" FAILED 0 "$2"
}
skip() { # part why
  echo "  SKIPPED $1: $2"
  if [ -n "$required" ]; then
    fail "$1" "it is required, and cannot run: $2"
  else
    skipped+=("$1")
    outcome "$1" SKIPPED 0 "$2"
  fi
}
part() { # name command...
  begin_part "$@"
  end_part "$1"
}
# In the background, so that two can run at once.
begin_part() { # name command...
  local name=$1
  shift
  date +%s >"$results/$name.begun"
  ("$@") >"$results/$name.log" 2>&1 &
  echo $! >"$results/$name.pid"
}
end_part() { # name
  local status=0 seconds
  wait "$(cat "$results/$1.pid")" || status=$?
  seconds=$(($(date +%s) - $(cat "$results/$1.begun")))
  sed 's/^/  /' "$results/$1.log"
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    outcome "$1" passed "$seconds" "$(tail -n 1 "$results/$1.log")"
  else
    failed+=("$1")
    outcome "$1" FAILED "$seconds" "see $results/$1.log"
  fi
}

summary() {
  step 'Summary'
  cat "$results/summary"
  echo "  $passed parts passed, ${#failed[@]} failed, ${#skipped[@]} skipped; $SECONDS s"
  if [ "${#skipped[@]}" -gt 0 ]; then echo "  NOT RUN: ${skipped[*]}"; fi
  [ "${#failed[@]}" -eq 0 ] || die "failed: ${failed[*]}"
}

# --- tools: installed once for each state of the file that pins them ---

installed() { # pins directory
  [ -d "$2" ] && cmp -s "$1" "$2/pins"
}
python_tools() { venv scripts/terraform/requirements.txt "$tools/venv"; }
checkov_tools() { venv scripts/terraform/requirements-checkov.txt "$tools/venv-checkov"; }
venv() { # pins directory
  installed "$1" "$2" || {
    rm -rf "$2" && python3 -m venv "$2" &&
      "$2/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1" && cp "$1" "$2/pins"
  }
}
node_tools() {
  local pins=scripts/terraform/package.json
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  installed "$pins" "$tools/node" || {
    rm -rf "$tools/node" && mkdir -p "$tools/node" && cp "$pins" "$tools/node/package.json" &&
      npm install --prefix "$tools/node" --no-package-lock --no-audit --no-fund --loglevel error &&
      cp "$pins" "$tools/node/pins"
  }
}

# --- parts ---

# Terraform without the developer's AWS settings.
# shellcheck disable=SC2046,SC2086 # lists of names
tf() { (unset ${!AWS_@} ${!TF_VAR_@} && AWS_EC2_METADATA_DISABLED=true terraform "$@"); }
# The same, bound for an emulator whatever a provider says.
tf_on() { # url arguments...
  local url=$1
  shift
  # shellcheck disable=SC2086 # lists of names
  (unset ${!AWS_@} ${!TF_VAR_@} &&
    AWS_EC2_METADATA_DISABLED=true AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test terraform "$@")
}

# Terraform leaves files where it works, so it works on copies. That of the inputs alone takes no provider.
prepare_copies() {
  rm -rf "$work" "$inputs"
  mkdir -p "$work" "$inputs/tests"
  tar -C terraform --exclude .terraform --exclude '*.tfstate*' --exclude .terraform.lock.hcl -cf - . | tar -C "$work" -xf -
  cp terraform/variables*.tf "$inputs"
  cp terraform/tests/validation.tftest.hcl "$inputs/tests"
  python3 scripts/terraform/prefix_tests.py terraform/tests/prefixes.json >"$inputs/tests/prefixes.tftest.hcl"
  # A function to be made, never run.
  python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("bootstrap", "#!/bin/sh\n")' "$work/tests/function.zip"
}

provider_directory() {
  local each
  for each in "${TF_PLUGIN_DIR:-}" /usr/local/share/terraform/plugins /usr/share/terraform/plugins /opt/*; do
    if [ -n "$each" ] && [ -d "$each/registry.terraform.io/hashicorp/aws" ]; then
      echo "$each"
      return
    fi
  done
}
initialised() {
  local plugins each
  plugins=$(provider_directory)
  for each in "$work" "$work/examples/localstack"; do
    tf -chdir="$each" init -backend=false -input=false -no-color ${plugins:+"-plugin-dir=$plugins"} >"$results/init.log" 2>&1 || {
      sed 's/^/  /' "$results/init.log"
      return 1
    }
  done
}

validation() {
  tf -chdir="$inputs" init -backend=false -input=false -no-color >/dev/null
  tf -chdir="$inputs" test -no-color >"$results/validation.txt" 2>&1 || {
    grep -v '\.\.\. pass$' "$results/validation.txt"
    return 1
  }
  echo "inputs: $(grep -c 'run .*\.\.\. pass$' "$results/validation.txt") runs, $(grep -c 'run .*valid_' "$results/validation.txt") of them prefixes"
}

unit() {
  local status=0
  rm -f "$results/documents.json"
  tf -chdir="$work" test -json -verbose -filter=tests/policies.tftest.hcl >"$results/unit.json" || status=$?
  "$tools/venv/bin/python" scripts/terraform/documents.py "$results/unit.json" "$results/documents.json"
  return "$status"
}

examples() { # url
  tf_on "$1" -chdir="$work" test -no-color -filter=tests/emulator.tftest.hcl >"$results/examples.txt" 2>&1 || {
    cat "$results/examples.txt"
    return 1
  }
  echo "examples: $(grep -c 'run .*\.\.\. pass$' "$results/examples.txt") runs on moto: applied, and destroyed"
}

answers() { python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$1" 2>/dev/null; }
# Sets $url to an emulator that runs, or was started.
emulator() { # name variable
  url=${!2:-}
  if [ -n "$url" ] && answers "$url"; then return; fi
  url=
  start "$1" || return 1
  url=$(localstack/env | sed -n "s/^export $2=//p")
  [ -n "$url" ] || return 1
  # For the trials as well.
  export "$2=$url"
}
on_emulators() {
  local moto on name=LocalStack ztok
  if ! emulator moto ZTOK_IT_MOTO; then
    for each in examples program; do skip "$each" 'moto_server cannot run here'; done
    return
  fi
  moto=$url
  # Of the build that the trials are run from.
  ztok=$(cargo test --locked --all-features --test it --no-run --message-format=json |
    python3 -c 'import json, sys; print(*[m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable") and m["target"]["name"] == "ztok"])') ||
    die 'ztok could not be built'
  if emulator localstack ZTOK_IT_LOCALSTACK; then
    on=$url
  elif [ -n "$required" ]; then
    on=
    skip program 'LocalStack cannot run here'
  else
    echo '  LocalStack cannot run here: the program works on moto'
    name=moto on=$moto
  fi
  begin_part examples examples "$moto"
  if [ -n "$on" ]; then
    begin_part program "$tools/venv/bin/python" scripts/terraform/emulator.py "$name" "$on" "$ztok" "$work"
  fi
  end_part examples
  if [ -n "$on" ]; then end_part program; fi
}

checkov() { (cd terraform && unset ${!AWS_@} && "$tools/venv-checkov/bin/checkov" --directory . --config-file .checkov.yaml | sed '/^$/d'); }

# Trials of the integration tests; none of that name is a fault.
trials() { # filter
  cargo test --locked --all-features --test it -- "$1" >"$results/trials-$1.txt" 2>&1 || {
    tail -n 40 "$results/trials-$1.txt"
    return 1
  }
  grep SKIPPED "$results/trials-$1.txt" || true
  if ! grep -q "^test .*$1.* ok$" "$results/trials-$1.txt"; then
    echo "no trial is named $1"
    return 1
  fi
  sed -n 's/^test result: /trials: /p' "$results/trials-$1.txt"
}
