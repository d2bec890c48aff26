#!/usr/bin/env bash
# Runs real libvirtd daemons as the hosts of a test, on one machine and without systemd. Each host
# has mount, PID, network and UTS namespaces of its own: its own /var/lib/libvirt, its own bridge
# "virbr0", its own name; it loses its power when the first process of its namespace is killed.
#
#   hosts.sh FOLDER       as root; FOLDER becomes the home of all hosts and is removed at the end
#
# Prints "ready", then obeys one command a line on standard input, and answers each with "ok" or
# "failed: WHY":
#
#   start NAME [MEMORY_MIB [CELLS]]   switches a host on (its first start makes it); with a memory
#                                     it has that much, spread over so many NUMA cells
#   hold NAME      kills the daemon and keeps it down; its machines go on running
#   release NAME   lets the daemon start again
#   restart NAME   kills the daemon, which its host starts again at once
#   off NAME       loss of power: the daemon and every machine of the host end at once
#
# Where the input ends, however its writer ended, every host is switched off and FOLDER removed.
# FOLDER/NAME/run/libvirt-sock is the socket, FOLDER/NAME/lib/images the storage pool "default".
set -uo pipefail
base=$1
cache=${VPAC_PEERS_CACHE:-$HOME/.cache/vpac-peers}/libvirt-capabilities
declare -A unshare_of # host -> pid of the process that made its namespaces
umask 022
mkdir -p "$base"
chmod 755 "$base" # dnsmasq gives up its root rights and still reads its files below

power_off() { # power_off NAME: returns when nothing of the host runs any more
  local pid=${unshare_of[$1]:-} init
  [[ $pid ]] || return 0
  # The parent is told of the end of the first process only after all the others have ended.
  for init in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do kill -KILL "$init"; done
  wait "$pid" 2>/dev/null
  unset "unshare_of[$1]"
  find "$base/$1/run" -mindepth 1 -delete # as after a boot: else nothing starts by itself
}

finish() {
  trap '' TERM INT HUP
  local name
  for name in "${!unshare_of[@]}"; do power_off "$name"; done
  rm -rf "$base"
}
trap finish EXIT
trap 'exit 0' TERM INT HUP

uuid() { cat /proc/sys/kernel/random/uuid; }

make_host() { # make_host FOLDER
  local h=$1
  mkdir -p "$h"/{run,lib/images,cache,log/qemu,etc/qemu/networks/autostart,etc/storage/autostart}
  cat >"$h/etc/libvirtd.conf" <<CONF
listen_tls = 0
listen_tcp = 0
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_rw_perms = "0777"
host_uuid = "$(uuid)"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
CONF
  cat >"$h/etc/qemu.conf" <<'CONF'
security_driver = "none"
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
CONF
  cat >"$h/etc/storage/default.xml" <<XML
<pool type='dir'><name>default</name><uuid>$(uuid)</uuid>
  <target><path>/var/lib/libvirt/images</path></target>
</pool>
XML
  cat >"$h/etc/qemu/networks/default.xml" <<XML
<network><name>default</name><uuid>$(uuid)</uuid>
  <bridge name='virbr0' stp='on' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
  </ip>
</network>
XML
  ln -s ../default.xml "$h/etc/storage/autostart/default.xml"
  # A bridge with machines on it needs TAP devices; without them the network is there, but inactive.
  [[ ! -c /dev/net/tun ]] || ln -s ../default.xml "$h/etc/qemu/networks/autostart/default.xml"
  # Asking every emulator for its abilities takes seconds; the answers are good for every host.
  [[ ! -d $cache/qemu ]] || cp -rp "$cache/qemu" "$h/cache/"
}

fake_memory() { # fake_memory FOLDER MIB CELLS
  local fake=$1/fake kib=$(($2 * 1024)) cells=$3 cell other
  local each=$((kib / cells)) all=0-$((cells - 1))
  rm -rf "$fake"
  for ((cell = 0; cell < cells; cell++)); do
    mkdir -p "$fake/node/node$cell"
    printf "Node $cell %s kB\n" "MemTotal: $each" "MemFree: $each" "MemUsed: 0" \
      >"$fake/node/node$cell/meminfo"
    local cpus=() cpu mask=0 distance=()
    for ((cpu = cell; cpu < $(nproc); cpu += cells)); do
      cpus+=("$cpu")
      mask=$((mask | 1 << cpu))
    done
    (IFS=, && echo "${cpus[*]}") >"$fake/node/node$cell/cpulist"
    printf '%x\n' "$mask" >"$fake/node/node$cell/cpumap"
    for ((other = 0; other < cells; other++)); do distance+=($((other == cell ? 10 : 21))); done
    echo "${distance[*]}" >"$fake/node/node$cell/distance"
  done
  ((cells > 1)) || all=0
  for other in online possible has_cpu has_memory has_normal_memory; do
    echo "$all" >"$fake/node/$other"
  done
  sed -E "s/^(MemTotal|MemFree|MemAvailable):.*/\1: $kib kB/" /proc/meminfo >"$fake/meminfo"
}

# The first process of a host: gives it its folders, then keeps its daemon running. It ends with the
# process that started it, and everything in its PID namespace ends with it.
# shellcheck disable=SC2016 # expands in the host
boot='
  mount -t proc proc /proc && mount -t sysfs sysfs /sys && ip link set lo up || exit 1
  echo "${H##*/}" >/proc/sys/kernel/hostname
  mkdir -p "$H/dev" && mount -t tmpfs -o mode=755 tmpfs "$H/dev" && cd "$H/dev" || exit 1
  mkdir net pts shm
  # No /dev/kvm: with it, libvirt throws its knowledge of the emulators away at every start.
  for device in null zero full random urandom tty net/tun; do
    if [ -c "/dev/$device" ]; then touch "$device" && mount --bind "/dev/$device" "$device"; fi
  done
  mount --rbind /dev/pts pts && ln -s pts/ptmx ptmx
  mount -t tmpfs tmpfs shm
  cd / && mount --move "$H/dev" /dev
  mkdir -p /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /etc/libvirt
  mount --bind "$H/run" /run/libvirt
  mount --bind "$H/lib" /var/lib/libvirt
  mount --bind "$H/cache" /var/cache/libvirt
  mount --bind "$H/log" /var/log/libvirt
  mount --bind "$H/etc" /etc/libvirt
  if [ -d "$H/fake" ]; then
    mount --bind "$H/fake/node" /sys/devices/system/node
    mount --bind "$H/fake/meminfo" /proc/meminfo
  fi
  while :; do
    if [ -e "$H/hold" ]; then sleep 0.05; continue; fi
    libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirt/libvirtd.pid &
    wait $!
    sleep 0.05
  done'

virsh_of() { # virsh_of NAME ARGUMENT...
  local socket=$base/$1/run/libvirt-sock
  shift
  timeout 120 virsh -q -c "qemu+unix:///system?socket=$socket" "$@"
}

wait_daemon() { # wait_daemon NAME
  local end=$((SECONDS + 300))
  until [[ -S $base/$1/run/libvirt-sock ]] && virsh_of "$1" uri >/dev/null 2>&1; do
    kill -0 "${unshare_of[$1]}" 2>/dev/null || { why_not "$1" "the host ended"; return 1; }
    ((SECONDS < end)) || { why_not "$1" "no answer of the daemon in 300 s"; return 1; }
    sleep 0.05
  done
}

why_not() { # why_not NAME TEXT
  echo "$2: $(tail -qn 3 "$base/$1/log/"{boot,libvirtd}.log 2>/dev/null | tr '\n' ' ')"
}

start_host() { # start_host NAME [MEMORY_MIB [CELLS]]
  local h=$base/$1
  [[ ! ${unshare_of[$1]:-} ]] || { echo "it is on already"; return 1; }
  [[ -d $h/etc ]] || make_host "$h"
  [[ ! ${2:-} ]] || fake_memory "$h" "$2" "${3:-1}"
  rm -f "$h/hold"
  H=$h setpriv --pdeathsig KILL setsid unshare --mount --pid --net --uts --fork --kill-child \
    --propagation private bash -c "$boot" >"$h/log/boot.log" 2>&1 </dev/null &
  unshare_of[$1]=$!
  wait_daemon "$1" || return 1
  [[ -d $cache/qemu ]] || save_capabilities "$1"
}

save_capabilities() { # save_capabilities NAME: for later hosts; another process may do it too
  virsh_of "$1" domcapabilities >/dev/null || return 0
  mkdir -p "$cache"
  local copy
  copy=$(mktemp -d "$cache/new.XXXXXX")
  cp -rp "$base/$1/cache/qemu" "$copy/" && mv -T "$copy/qemu" "$cache/qemu" 2>/dev/null
  rm -rf "$copy"
}

kill_daemon() { # kill_daemon NAME: its pid is one of the host's namespace
  local pid=${unshare_of[$1]} daemon
  daemon=$(cat "$base/$1/run/libvirtd.pid") || return 1
  # shellcheck disable=SC2016 # expands in the host
  nsenter --pid="/proc/$pid/ns/pid_for_children" --mount="/proc/$pid/ns/mnt" bash -c '
    kill -KILL "$0" && while kill -0 "$0" 2>/dev/null; do sleep 0.02; done' "$daemon" 2>&1
}

obey() { # obey COMMAND NAME ARGUMENT...: prints why it failed
  local command=$1 name=${2:-}
  [[ $name =~ ^[a-z0-9-]{1,20}$ ]] || { echo "\"$name\" is no name for a host"; return 1; }
  case $command in
    start) start_host "${@:2}" ;;
    off) power_off "$name" ;;
    hold) touch "$base/$name/hold" && kill_daemon "$name" ;;
    release) rm -f "$base/$name/hold" && wait_daemon "$name" ;;
    restart) kill_daemon "$name" && wait_daemon "$name" ;;
    *) echo "\"$command\" is no command" && return 1 ;;
  esac
}

answer=$base/.answer
echo ready
while read -r -a words; do
  # Not in a subshell: it must know the processes it has started.
  if obey "${words[@]}" >"$answer" 2>&1; then echo ok; else echo "failed: $(tr '\n' ' ' <"$answer")"; fi
done
