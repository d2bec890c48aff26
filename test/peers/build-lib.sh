# Sourced by the build scripts, in the folder of their go.mod.
set -euo pipefail
cache=${VPAC_PEERS_CACHE:-$HOME/.cache/vpac-peers}
bin=$cache/bin
mkdir -p "$bin"
export CGO_ENABLED=0 # no C compiler needed

# The programs of a folder are good as long as what they are built from is the same.
stamp_text() { cat go.mod go.sum build.sh | sha256sum; }

skip_if_built() { # skip_if_built NAME PROGRAM...: ends the script when nothing is to be done
  local name=$1 program
  stamp=$cache/$name.stamp
  shift
  [[ -f $stamp && $(<"$stamp") == "$(stamp_text)" ]] || return 0
  for program; do [[ -x $bin/$program ]] || return 0; done
  echo "$name: built already"
  exit 0
}

require_go() {
  local has
  command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin # where Go's own archive goes
  has=$(go env GOVERSION 2>/dev/null) || has="none"
  [[ $has == go1.2[6-9]* || $has == go1.[3-9]* ]] ||
    { echo "Go 1.26 or newer is needed (go.dev/dl), found: $has" >&2; exit 69; }
}
