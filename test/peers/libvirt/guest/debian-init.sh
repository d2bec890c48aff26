#!/bin/busybox sh
# The first process of the Debian guest: loads what the kernel needs to see its disk, then makes
# place for systemd.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
for module in /modules/*.ko; do insmod "$module"; done
count=0
until mount -t ext4 /dev/vda /disk 2>/dev/null; do
  count=$((count + 1))
  [ "$count" -lt 100 ] || { echo "no root file system"; exec sh; }
  sleep 0.1
done
mount --move /dev /disk/dev
mount --move /proc /disk/proc
mount --move /sys /disk/sys
exec switch_root /disk /sbin/init
