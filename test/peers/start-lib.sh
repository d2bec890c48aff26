# Sourced by the start scripts: FOLDER as the first argument, servers that end with the script, and
# commands on standard input. Where that input ends, however its writer ended, everything is stopped
# and FOLDER removed.
set -uo pipefail
dir=$1
bin=${VPAC_PEERS_CACHE:-$HOME/.cache/vpac-peers}/bin
mkdir -p "$dir/log"
dir=$(realpath "$dir")
declare -A pid_of # server -> pid
order=()          # in which they were started

stop_server() { # stop_server NAME [SIGNAL]
  local pid=${pid_of[$1]:-} tries
  [[ $pid ]] || return 0
  unset "pid_of[$1]"
  kill "-${2:-TERM}" "$pid" 2>/dev/null
  # An open watch makes kube-apiserver wait for up to a minute; nothing here is worth that.
  for ((tries = 0; tries < 30; tries++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  return 0
}

finish() {
  trap '' TERM INT HUP
  local i
  for ((i = ${#order[@]} - 1; i >= 0; i--)); do stop_server "${order[i]}"; done
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 0' TERM INT HUP

start_server() { # start_server NAME ARGUMENT...: in the background, and never longer than the script
  local name=$1
  shift
  setpriv --pdeathsig KILL "$bin/$name" "$@" >>"$dir/log/$name.log" 2>&1 </dev/null &
  pid_of[$name]=$!
  order+=("$name")
}

all_alive() { # false after it has told which server has ended by itself
  local name
  for name in "${!pid_of[@]}"; do
    kill -0 "${pid_of[$name]}" 2>/dev/null && continue
    echo "$name ended: $(tail -n 5 "$dir/log/$name.log" | tr '\n' ' ')"
    return 1
  done
}

wait_for() { # wait_for SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    all_alive || return 1
    ((SECONDS < end)) || { echo "$what: not in time"; return 1; }
    sleep 0.1
  done
}

# Held open together, so that they differ. Not ports that the system gives out by itself: between
# this and its server's start, or a restart, any connection of another program could get one.
free_ports() { # free_ports N
  node -e '
    const { createServer } = require("net");
    const free = () => new Promise((found) => {
      const port = 25000 + Math.floor(Math.random() * 7000);
      const server = createServer();
      server.once("error", () => found(free()));
      server.listen(port, "127.0.0.1", () => found(server));
    });
    Promise.all(Array.from({ length: +process.argv[1] }, free)).then((servers) => {
      process.stdout.write(servers.map((server) => server.address().port).join(" ") + "\n");
      for (const server of servers) server.close();
    });' "$1"
}

serve() { # serve FUNCTION: answers each line of input with "ok" or "failed: WHY", until it ends
  local words
  echo ready
  while :; do
    if read -r -t 1 -a words; then
      # Not in a subshell: it must know the servers it has started.
      if "$1" "${words[@]}" >"$dir/.answer" 2>&1; then
        echo ok
      else
        echo "failed: $(tr '\n' ' ' <"$dir/.answer")"
      fi
    else
      (($? > 128)) || exit 0
      all_alive || exit 1 # the next answer that does not come is how the caller learns of it
    fi
  done
}
