#!/usr/bin/env bash
# Builds the Cluster API managers (core, kubeadm bootstrap, kubeadm control plane and the "dev"
# infrastructure provider with its in-memory backend) into $VPAC_PEERS_CACHE/bin, and writes their
# CRDs and webhook configurations to $VPAC_PEERS_CACHE/capi-config, unless they are there. Needs Go,
# and kubectl of ../kube/build.sh.
#
# Upstream listens on every interface in two places and has no flag for it. Both modules are copied
# into the cache, changed there to listen on loopback, and used through a second go.mod.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../build-lib.sh
skip_if_built capi capi-core capi-bootstrap capi-controlplane capi-dev
require_go
source=$cache/capi-src

copy() { # copy MODULE FILE SED-SCRIPT PATTERN: PATTERN must be in FILE afterwards
  local from to=$source/${1##*/}
  go mod download "$1"
  from=$(go list -m -f '{{.Dir}}' "$1")
  rm -rf "$to" && mkdir -p "$source" && cp -r "$from" "$to" && chmod -R u+w "$to"
  sed -i "$3" "$to/$2"
  grep -qF "$4" "$to/$2" || { echo "$1: $2 is not what this script expects" >&2; exit 1; }
}
copy sigs.k8s.io/controller-runtime pkg/webhook/server.go \
  's/net.JoinHostPort(s.Options.Host, /net.JoinHostPort("127.0.0.1", /' 'JoinHostPort("127.0.0.1"'
# POD_IP is the address of the in-memory workload clusters.
copy sigs.k8s.io/cluster-api/test infrastructure/inmemory/pkg/server/mux.go \
  's/Sprintf(":%d", options.DebugPort)/Sprintf("%s:%d", host, options.DebugPort)/
   s/Sprintf(":%d", wcl.Port())/Sprintf("%s:%d", m.host, wcl.Port())/' 'Sprintf("%s:%d", m.host'

cp go.mod go.sum "$source/"
go mod edit -replace "sigs.k8s.io/controller-runtime=$source/controller-runtime" \
  -replace "sigs.k8s.io/cluster-api/test=$source/test" "$source/go.mod"

capi=sigs.k8s.io/cluster-api
v=$capi/version
version=$(go list -m -f '{{.Version}}' $capi)
minor=${version#v1.}
ld="-s -w -X $v.gitVersion=$version -X $v.gitMajor=1 -X $v.gitMinor=${minor%%.*}"

build() { # build NAME PACKAGE CONFIG-FOLDER
  go build -buildvcs=false -modfile "$source/go.mod" -ldflags "$ld" -o "$bin/$1" "$2"
  # Kustomize adds the contract labels (cluster.x-k8s.io/v1beta2) and the conversion webhooks.
  mkdir -p "$cache/capi-config"
  "$bin/kubectl" kustomize "$3/crd" >"$cache/capi-config/$1-crd.yaml"
  cp "$3/webhook/manifests.yaml" "$cache/capi-config/$1-webhooks.yaml"
}
go mod download $capi
folder=$(go list -m -f '{{.Dir}}' $capi)
build capi-core $capi/core "$folder/core/config"
build capi-bootstrap $capi/bootstrap/kubeadm "$folder/bootstrap/kubeadm/config"
build capi-controlplane $capi/controlplane/kubeadm "$folder/controlplane/kubeadm/config"
build capi-dev $capi/test/infrastructure/docker "$source/test/infrastructure/docker/config"
chmod -R u+w "$cache/capi-config"
stamp_text >"$stamp"
