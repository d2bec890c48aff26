#!/bin/busybox sh
# What busybox' DHCP client runs at each step of a lease; the values are in the environment.
# shellcheck disable=SC2154
case $1 in
bound | renew)
  ip address replace "$ip/$mask" dev "$interface"
  for gateway in $router; do ip route replace default via "$gateway"; done
  ;;
deconfig) ip address flush dev "$interface" ;;
esac
