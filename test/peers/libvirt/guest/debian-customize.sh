#!/bin/sh
# Last touches to the Debian guest, run by mmdebstrap with the folder of the new system.
set -eu
root=$1
# Where cloud-init looks for a seed; without the list it waits for clouds that are not there. What
# is not installed needs little set-up: locales, an SSH server.
cat >"$root/etc/cloud/cloud.cfg.d/90-seeds.cfg" <<'CFG'
datasource_list: [NoCloud, ConfigDrive, None]
locale: C.UTF-8
ssh_genkeytypes: [ed25519]
CFG
chroot "$root" systemctl --quiet enable systemd-networkd.service
# Nothing waits for these, and each costs seconds on an emulated processor.
chroot "$root" systemctl --quiet mask systemd-networkd-wait-online.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
: >"$root/etc/machine-id"
echo "/dev/vda / ext4 rw 0 1" >"$root/etc/fstab"
