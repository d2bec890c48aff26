#!/usr/bin/env bash
# Builds etcd, kube-apiserver, kube-controller-manager and kubectl into $VPAC_PEERS_CACHE/bin
# (default ~/.cache/vpac-peers/bin), unless they are there. Needs Go only, and minutes.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../build-lib.sh
skip_if_built kube etcd kube-apiserver kube-controller-manager kubectl
require_go

version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
# Without these the servers call themselves v0.0.0-master, and clients guess features from it.
v=k8s.io/component-base/version
minor=${version#v1.}
ld="-s -w -X $v.gitVersion=$version -X $v.gitMajor=1 -X $v.gitMinor=${minor%%.*}"
ld="$ld -X k8s.io/client-go/pkg/version.gitVersion=$version"

# One package a call: keeps the peak memory of the linker low.
for program in kube-apiserver kube-controller-manager kubectl; do
  go build -buildvcs=false -ldflags "$ld" -o "$bin/$program" "k8s.io/kubernetes/cmd/$program"
done
go build -buildvcs=false -ldflags "-s -w" -o "$bin/etcd" go.etcd.io/etcd/server/v3
stamp_text >"$stamp"
