# shellcheck shell=bash
# Shared by up, down and env: where the state lives and how to ask about it.
# Bash 3.2 is enough, and nothing here needs curl, timeout, setsid or ss.

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
me=localstack/$(basename -- "$0")

state_dir=${ZTOK_EMULATORS_DIR:-target/emulators}
case $state_dir in
/*) ;;
*) state_dir=$root/$state_dir ;;
esac

say() { printf '%s: %s\n' "$me" "$*"; }
warn() { say "$@" >&2; }
die() {
  warn "$@"
  exit 1
}

# A path as the reader would type it from the repository root.
short() { printf '%s' "${1#"$root"/}"; }

# --- the record of what `up` started: one "key value" a line in NAME.state ---

state_file() { printf '%s/%s.state' "$state_dir" "$1"; }

state_get() { # name key
  local file key value
  file=$(state_file "$1")
  [ -r "$file" ] || return 0
  while read -r key value; do
    if [ "$key" = "$2" ]; then printf '%s' "$value"; fi
  done <"$file"
}

# The start time and the command line of a process, in one line.
# Fails if there is no such process; a zombie counts as none.
process_identity() { # pid
  local pid=$1 stat
  if [ -r /proc/self/stat ]; then
    { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
    stat=${stat##*) } # the command in parentheses may hold blanks
    # shellcheck disable=SC2086 # split into fields on purpose
    set -- $stat
    case $1 in Z | X) return 1 ;; esac
    { printf '%s %s\n' "${20}" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"; } 2>/dev/null
  else
    stat=$(ps -o stat= -p "$pid" 2>/dev/null) || return 1
    case $stat in Z*) return 1 ;; esac
    LC_ALL=C ps -o lstart=,command= -p "$pid"
  fi | sed 's/[[:space:]][[:space:]]*/ /g; s/^ //; s/ $//'
}

# Is the recorded process, or container, still the one that was recorded?
recorded_runs() { # name
  local pid container identity
  container=$(state_get "$1" container)
  if [ -n "$container" ]; then
    [ "$(docker inspect --format '{{.State.Running}}' "$container" 2>/dev/null)" = true ]
    return
  fi
  pid=$(state_get "$1" pid)
  [ -n "$pid" ] || return 1
  identity=$(process_identity "$pid") || return 1
  [ -n "$identity" ] && [ "$identity" = "$(state_get "$1" identity)" ]
}

# --- asking a port on loopback ---

port_answers() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

http_get() { # port path: the whole response, headers first
  (
    exec 9<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&9
    while IFS= read -r -t 5 line <&9 || [ -n "$line" ]; do printf '%s\n' "$line"; done
  ) 2>/dev/null
}

healthy() { # name port
  local answer
  case $1 in
  localstack)
    answer=$(http_get "$2" /_localstack/health) || return 1
    case $answer in HTTP/1.*' 200 '*'"secretsmanager"'*) return 0 ;; esac
    ;;
  moto)
    answer=$(http_get "$2" /moto-api/) || return 1
    case $answer in HTTP/1.*' 200 '*) return 0 ;; esac
    ;;
  esac
  return 1
}
