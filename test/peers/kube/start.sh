#!/usr/bin/env bash
# A Kubernetes control plane on free ports of loopback: etcd, kube-apiserver and, so that quotas are
# counted, garbage collected and namespaces deleted, kube-controller-manager.
#
#   start.sh FOLDER     FOLDER is made, holds state and logs, and is removed at the end
#
# Prints one fact a line ("server URL", "kubeconfig FILE" …), then "ready". Then it obeys a command a
# line on standard input, answers "ok" or "failed: WHY", and ends with its input:
#
#   restart    kills kube-apiserver and starts it again: same port, same data
#   hold       kills kube-apiserver and keeps it down
#   release    starts it again
. "$(dirname "${BASH_SOURCE[0]}")/../start-lib.sh"
read -r etcd_port peer_port api_port manager_port <<<"$(free_ports 4)"

# --- certificates and tokens -------------------------------------------------
mkdir -p "$dir/pki" && cd "$dir/pki" || exit 1
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
sign() { # sign NAME SUBJECT EXTENSIONS
  new_key "$1.key"
  openssl req -new -key "$1.key" -subj "$2" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
      -extfile <(printf '%b' "$3") -out "$1.crt" 2>/dev/null
}
new_key ca.key
openssl req -x509 -new -key ca.key -subj /CN=vpac-peers-ca -days 30 -out ca.crt \
  -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
names='DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1'
sign apiserver /CN=kube-apiserver "subjectAltName=$names\nextendedKeyUsage=serverAuth\n"
sign admin /O=system:masters/CN=admin 'extendedKeyUsage=clientAuth\n'
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
admin_token=$(openssl rand -hex 16) user_token=$(openssl rand -hex 16)
printf '%s,admin,1,"system:masters"\n%s,user,2\n' "$admin_token" "$user_token" >tokens.csv
chmod 600 ./*.key tokens.csv
cd "$dir" || exit 1

write_kubeconfig() { # write_kubeconfig FILE TOKEN
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: peer
clusters:
  - name: peer
    cluster:
      server: "https://127.0.0.1:$api_port"
      certificate-authority-data: $(base64 -w0 pki/ca.crt)
users: [{name: peer, user: {token: $2}}]
contexts: [{name: peer, context: {cluster: peer, user: peer, namespace: default}}]
YAML
  chmod 600 "$1"
}
write_kubeconfig "$dir/kubeconfig" "$admin_token"
write_kubeconfig "$dir/user.kubeconfig" "$user_token"

# --- the servers ---------------------------------------------------------------
start_server etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
  --listen-client-urls "http://127.0.0.1:$etcd_port" \
  --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "default=http://127.0.0.1:$peer_port"

get() {
  curl -sSf -m 5 --cacert pki/ca.crt -H "Authorization: Bearer $admin_token" \
    "https://127.0.0.1:$api_port$1"
}

start_apiserver() {
  # endpoint-reconciler-type=none: a loopback address is not a legal endpoint address.
  start_server kube-apiserver --etcd-servers "http://127.0.0.1:$etcd_port" \
    --bind-address 127.0.0.1 --secure-port "$api_port" --advertise-address 127.0.0.1 \
    --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/16 \
    --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key \
    --client-ca-file pki/ca.crt --token-auth-file pki/tokens.csv --authorization-mode Node,RBAC \
    --enable-admission-plugins=OwnerReferencesPermissionEnforcement \
    --allow-privileged --profiling=false --service-account-issuer "https://127.0.0.1:$api_port" \
    --service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key
  wait_for 300 'kube-apiserver /readyz' get /readyz
}
start_apiserver || exit 1
wait_for 120 'the namespace "default"' get /api/v1/namespaces/default || exit 1

# Nobody renews the leases of nodes here; the node lifecycle controller would taint every node.
start_server kube-controller-manager --kubeconfig kubeconfig --bind-address 127.0.0.1 \
  --secure-port "$manager_port" --cert-dir "$dir/kcm" --leader-elect=false \
  --controllers '*,-node-lifecycle-controller' --root-ca-file pki/ca.crt \
  --service-account-private-key-file pki/sa.key \
  --cluster-signing-cert-file pki/ca.crt --cluster-signing-key-file pki/ca.key
accounts=/api/v1/namespaces/default/serviceaccounts
wait_for 120 'the service account "default"' get "$accounts/default" || exit 1

echo "server https://127.0.0.1:$api_port"
echo "ca $dir/pki/ca.crt"
echo "admin-token $admin_token"
echo "user-token $user_token" # authenticated, but no RBAC rule grants it anything
echo "kubeconfig $dir/kubeconfig"
echo "user-kubeconfig $dir/user.kubeconfig"

obey() {
  case $1 in
    restart) stop_server kube-apiserver KILL && start_apiserver ;;
    hold) stop_server kube-apiserver KILL ;;
    release) start_apiserver ;;
    *) echo "\"$1\" is no command" && return 1 ;;
  esac
}
serve obey
