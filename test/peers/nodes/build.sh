#!/usr/bin/env bash
# Puts the newest Node of three majors into $VPAC_PEERS_CACHE/bin (default ~/.cache/vpac-peers/bin) as
# node-22, node-24 and node-26, unless they are there. Needs npm only.
set -euo pipefail
cache=${VPAC_PEERS_CACHE:-$HOME/.cache/vpac-peers}
mkdir -p "$cache/bin" "$cache/nodes"
case $(uname -m) in
  aarch64) architecture=arm64 ;;
  *) architecture=x64 ;;
esac
for major in 22 24 26; do
  target=$cache/bin/node-$major
  [[ -x $target ]] && continue
  npm install --silent --no-audit --no-fund --no-save --ignore-scripts --force \
    --prefix "$cache/nodes/$major" "node-linux-$architecture@$major"
  ln -sf "$cache/nodes/$major/node_modules/node-linux-$architecture/bin/node" "$target"
  echo "node-$major: $("$target" --version)"
done
