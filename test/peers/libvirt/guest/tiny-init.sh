#!/bin/busybox sh
# The first process of the tiny guest: reads its seed, sets itself up, says so on the console, and
# stays until the power button is pressed.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
exec </dev/ttyS0 >/dev/ttyS0 2>&1
echo 1 >/proc/sys/kernel/printk
for module in /modules/*.ko; do insmod "$module"; done

say() { echo "vpac-guest: $*"; }

# label_of DISK: the label of a FAT volume stands at a fixed place
label_of() { dd if="$1" bs=1 skip=43 count=11 2>/dev/null | tr -d ' \0'; }

# json KEY FILE: the first text under that key, of JSON as the seeds hold it
json() { tr -d '\n' <"$2" | grep -o "\"$1\": *\[* *\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# bits NETMASK: 255.255.255.0 -> 24
bits() {
  local count=0 byte
  for byte in $(echo "$1" | tr . ' '); do
    while [ "$byte" -gt 0 ]; do
      count=$((count + byte % 2))
      byte=$((byte / 2))
    done
  done
  echo "$count"
}

find_seed() {
  local disk
  for disk in /dev/vd?; do
    label=$(label_of "$disk")
    case $label in
    cidata | config-2) mount -t vfat -o ro "$disk" /seed && return ;;
    esac
  done
  label=none
}

read_seed() {
  case $label in
  cidata)
    name=$(json local-hostname /seed/meta-data)
    address=$(json addresses /seed/network-config)
    gateway=$(json gateway4 /seed/network-config)
    ;;
  config-2)
    name=$(json hostname /seed/openstack/latest/meta_data.json)
    data=/seed/openstack/latest/network_data.json
    address=$(json ip_address "$data")
    [ -z "$address" ] || address=$address/$(bits "$(json netmask "$data")")
    gateway=
    ;;
  esac
}

set_up() {
  local card
  card=$(find /sys/class/net -mindepth 1 ! -name lo | sort | head -n 1)
  card=${card##*/}
  hostname "${name%%.*}"
  ip link set lo up
  [ -n "$card" ] || return
  ip link set "$card" up
  if [ -n "$address" ]; then
    ip address add "$address" dev "$card"
    [ -z "$gateway" ] || ip route add default via "$gateway"
  else
    udhcpc -i "$card" -n -q -t 20 -T 1 -s /dhcp.sh >/dev/null 2>&1
  fi
  held=$(ip -4 -o address show dev "$card" | sed -n 's/.* inet \([^ ]*\).*/\1/p')
}

# The disk is written to, so that a copy-on-write layer has something in it.
count_starts() {
  mount -t ext4 /dev/vda /disk 2>/dev/null || return
  starts=$(($(cat /disk/starts 2>/dev/null || echo 0) + 1))
  echo "$starts" >/disk/starts
  sync
  say "image=$(cat /disk/image-name) starts=$starts"
}

# Listens to the power button, before anybody is told that the guest is up.
open_button() {
  local input
  for input in /sys/class/input/event*; do
    [ "$(cat "$input/device/name")" = "Power Button" ] || continue
    exec 3<"/dev/input/${input##*/}" && return
  done
  say "no power button"
}

# Ends the guest when somebody presses it, as a clean stop of the machine does.
await_button() {
  dd of=/dev/null bs=24 count=1 2>/dev/null <&3 || return
  say "power button"
  umount /disk 2>/dev/null
  poweroff -f
}

name='' address='' gateway='' held='' label=''
open_button
find_seed
read_seed
set_up
count_starts
say "seed=$label hostname=$(hostname) address=$held"
await_button &
while :; do
  sleep 10
  say "up=$(cut -d ' ' -f 1 /proc/uptime)"
done
