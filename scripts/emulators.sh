# Sourced by the scripts that test: steps, and emulators that end with the script that started them.
# shellcheck shell=bash

started=()

step() { printf '\n== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "$verb" "$*" >&2
  exit 1
}

# shellcheck disable=SC2317 # called by the trap
stop_started() {
  local status=$? name
  trap - EXIT
  if [ "${#started[@]}" -gt 0 ]; then
    step 'Stopping the emulators that were started for the tests'
    for name in "${started[@]}"; do localstack/down --only "$name" || status=1; done
  fi
  exit "$status"
}
trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Starts an emulator unless it runs. What localstack/up said is in $said, and on the terminal as it
# comes: installing packages takes half a minute.
said=
start() { # name
  local status=0
  said=$(localstack/up --only "$1" 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line" >&3
    printf '%s\n' "$line"
  done) || status=$?
  case $said in *' is ready: '*) started+=("$1") ;; esac
  return "$status"
} 3>&1
