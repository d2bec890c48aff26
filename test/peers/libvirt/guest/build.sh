#!/usr/bin/env bash
# Builds the guests that the libvirt tests start, from Debian packages alone.
#
#   build.sh tiny|debian      prints "kernel FILE", "initrd FILE", "image FILE"
#
# tiny:   the cloud kernel and busybox. Up in seconds with 96 MiB; reads its seed by itself.
# debian: Debian with systemd and cloud-init, as small as it gets. Built in a minute or two.
#
# Results are kept in $VPAC_PEERS_CACHE/guest and built anew when a script or the kernel changes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${VPAC_PEERS_CACHE:-$HOME/.cache/vpac-peers}/guest
guest=${1:?tiny or debian}
[[ $guest == tiny || $guest == debian ]] || { echo "no guest is called \"$guest\"" >&2; exit 2; }

fail() { echo "build.sh: $*" >&2; exit 1; }

version=$(find /lib/modules -mindepth 1 -maxdepth 1 -name '*cloud-amd64' -printf '%f\n' | sort -V | tail -n 1)
[[ $version ]] || fail "no cloud kernel: apt-get install linux-image-cloud-amd64"
digest=$({ cat "$here"/{build,dhcp,"$guest-"*}.sh; echo "$version"; } | sha256sum | cut -c 1-16)
out=$cache/$guest-$digest

work=
finish() { [[ ! $work ]] || rm -rf "$work"; }
trap finish EXIT

# What the kernel needs before it can see a disk, a card or a seed: it has all of that as modules.
modules=(virtio_pci virtio_blk virtio_net virtio_console virtio_balloon virtio_rng
  nls_cp437 nls_ascii nls_utf8 vfat button evdev)

# copy_modules FOLDER: numbered in the order in which insmod has to load them
copy_modules() {
  mkdir -p "$1"
  local module file count=100
  for module in "${modules[@]}"; do
    while read -r word file _; do
      [[ $word == insmod ]] || continue
      file=${file%.xz}
      compgen -G "$1/*-${file##*/}" >/dev/null || cp "$file" "$1/$((count++))-${file##*/}"
    done < <(modprobe -S "$version" --show-depends "$module")
  done
}

# make_initrd FILE INIT: busybox, modules, and INIT as the first process
make_initrd() {
  local root=$work/initrd
  mkdir -p "$root"/{bin,dev,proc,sys,seed,disk}
  cp /bin/busybox "$root/bin/"
  install -m 755 "$2" "$root/init"
  install -m 755 "$here/dhcp.sh" "$root/dhcp.sh"
  copy_modules "$root/modules"
  (cd "$root" && find . -print0 | LC_ALL=C sort -z |
    cpio --null --create --format=newc --owner=0:0 --reproducible --quiet) | gzip -1n >"$1"
}

# The kernel without its unpacker: every start of a guest saves the time that takes.
# The offsets are those of the boot protocol of Linux on x86.
unpack_kernel() { # unpack_kernel FILE
  local packed=/boot/vmlinuz-$version sectors offset length
  word() { od -An -t"u$2" -j "$1" -N "$2" "$packed" | tr -d ' '; }
  sectors=$(word $((0x1f1)) 1)
  offset=$(word $((0x248)) 4)
  length=$(word $((0x24c)) 4)
  tail -c +$(((sectors + 1) * 512 + offset + 1)) "$packed" | head -c "$length" |
    lz4 -dc >"$1" 2>/dev/null || true # what follows the packed part is no part of it
  [[ $(head -c 4 "$1") == $'\x7fELF' ]] || cp "$packed" "$1"
}

# pack_image FOLDER SIZE FILE: an ext4 file system as a qcow2 image
pack_image() {
  mke2fs -q -t ext4 -L root -d "$1" "$work/root.raw" "$2" >/dev/null
  qemu-img convert -f raw -O qcow2 -c "$work/root.raw" "$3"
  rm "$work/root.raw"
}

build_tiny() {
  mkdir -p "$work/root"
  echo tiny >"$work/root/image-name"
  pack_image "$work/root" 8M "$work/image.qcow2"
  make_initrd "$work/initrd.gz" "$here/tiny-init.sh"
}

build_debian() {
  command -v mmdebstrap >/dev/null || fail "no mmdebstrap: apt-get install mmdebstrap"
  # Documentation and translations are a fifth of the system, and nobody reads them here.
  mmdebstrap --quiet --variant=minbase --include=systemd-sysv,udev,iproute2,cloud-init \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --customize-hook="'$here/debian-customize.sh' \"\$1\"" \
    bookworm "$work/root" >&2
  pack_image "$work/root" 1G "$work/image.qcow2"
  make_initrd "$work/initrd.gz" "$here/debian-init.sh"
}

mkdir -p "$cache"
exec 9>"$cache/$guest.lock"
flock 9 # several suites may ask at once
if [[ ! -e $out ]]; then
  work=$(mktemp -d "$cache/new.XXXXXX")
  "build_$guest"
  unpack_kernel "$work/vmlinux"
  find "$work" -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
  chmod 755 "$work" # the emulator may run as another user
  # Guests of an older build may still run from their files.
  find "$cache" -mindepth 1 -maxdepth 1 -type d -name "$guest-*" -mtime +0 -exec rm -rf {} +
  mv -T "$work" "$out"
  work=
fi
printf 'kernel %s\ninitrd %s\nimage %s\n' "$out/vmlinux" "$out/initrd.gz" "$out/image.qcow2"
