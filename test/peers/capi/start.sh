#!/usr/bin/env bash
# Makes a management cluster of a control plane of ../kube/start.sh: the CRDs of Cluster API with
# their real conversion, defaulting and validating webhooks, and the four managers. No cert-manager,
# no containers.
#
#   start.sh FOLDER KUBE_FOLDER HOST
#
# FOLDER is made, holds logs, and is removed at the end. HOST is the loopback address of the
# in-memory workload clusters, whose ports are fixed: 20000 and up, and 19000. Prints "ready", and
# ends with its standard input.
. "$(dirname "${BASH_SOURCE[0]}")/../start-lib.sh"
kube=$2 host=$3
export KUBECONFIG=$kube/kubeconfig
kubectl=$bin/kubectl
config=$bin/../capi-config
managers=(capi-core capi-bootstrap capi-controlplane capi-dev)
read -r -a ports <<<"$(free_ports 8)"

# --- a certificate for the webhook servers, signed by the CA of the control plane -----
mkdir -p "$dir/webhook"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
  -out "$dir/webhook/tls.key" 2>/dev/null
openssl req -new -key "$dir/webhook/tls.key" -subj /CN=capi-webhooks |
  openssl x509 -req -CA "$kube/pki/ca.crt" -CAkey "$kube/pki/ca.key" -CAcreateserial -days 30 \
    -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out "$dir/webhook/tls.crt" 2>/dev/null
ca_bundle=$(base64 -w0 "$kube/pki/ca.crt")

# --- CRDs, managers, webhooks ---------------------------------------------------
# A service reference becomes the URL of the manager that listens on PORT; all webhook
# configurations have the same two names upstream, and become unique.
to_url() { # to_url PORT NAME
  local service='( +)service:\n +name: [a-z-]*webhook-service\n +namespace: system\n'
  local url="\1url: https://127.0.0.1:$1\2\n\1caBundle: $ca_bundle"
  sed -zE "s#$service +path: ([^\n]+)#$url#g
    s#\n  name: (mutating|validating)-webhook-configuration#\n  name: $2-\1#g"
}
crds=() hooks=()
for i in 0 1 2 3; do
  m=${managers[i]}
  for part in crd webhooks; do
    to_url "${ports[i]}" "$m" <"$config/$m-$part.yaml" >"$dir/$m-$part.yaml"
  done
  crds+=(-f "$dir/$m-crd.yaml") hooks+=(-f "$dir/$m-webhooks.yaml")
done
must() { # must WHAT COMMAND...
  local what=$1 text
  shift
  text=$("$@" 2>&1) && return
  echo "$what: $(tail -n 3 <<<"$text" | tr '\n' ' ')"
  exit 1
}
must 'the CRDs' "$kubectl" apply --server-side "${crds[@]}"
must 'the CRDs' "$kubectl" wait --for=condition=Established "${crds[@]}" --timeout=300s

gates=MachinePool=true,ClusterTopology=true
export POD_IP=$host
for i in 0 1 2 3; do
  m=${managers[i]} g=$gates
  [[ $m == capi-bootstrap ]] && g=MachinePool=true # it does not know ClusterTopology
  start_server "$m" --webhook-port "${ports[i]}" --webhook-cert-dir "$dir/webhook" \
    --health-addr "127.0.0.1:${ports[i + 4]}" --diagnostics-address 0 --feature-gates "$g"
done
for i in 0 1 2 3; do
  url=http://127.0.0.1:${ports[i + 4]}/readyz
  wait_for 300 "${managers[i]} /readyz" curl -sf -m 5 "$url" || exit 1
done
must 'the webhooks' "$kubectl" apply --server-side "${hooks[@]}"

# Ready means: an object that only a webhook can find wrong is refused.
probe() {
  local answer
  answer=$("$kubectl" create --dry-run=server -f - 2>&1 <<'YAML'
apiVersion: cluster.x-k8s.io/v1beta2
kind: MachineDeployment
metadata: {name: probe, namespace: default}
spec:
  clusterName: probe
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: c}}
    spec:
      clusterName: probe
      bootstrap: {dataSecretName: x}
      infrastructureRef:
        apiGroup: infrastructure.cluster.x-k8s.io
        kind: DevMachineTemplate
        name: x
YAML
  )
  [[ $answer == *'must match spec.selector'* ]]
}
wait_for 120 'webhooks' probe || exit 1
no_command() { echo "\"$1\" is no command" && return 1; }
serve no_command
