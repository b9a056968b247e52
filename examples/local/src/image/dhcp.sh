#!/bin/busybox sh
# What udhcpc calls with what it was given.
case "$1" in
bound | renew)
    ifconfig "$interface" "$ip" netmask "$subnet"
    ip route del default 2>/dev/null
    for gateway in $router; do ip route add default via "$gateway" && break; done
    : >/etc/resolv.conf.new
    [ -n "$domain" ] && echo "search $domain" >>/etc/resolv.conf.new
    for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf.new; done
    mv /etc/resolv.conf.new /etc/resolv.conf
    [ -n "$hostname" ] && hostname "$hostname"
    printf 'ip=%s\nrouter=%s\ndns="%s"\nserver=%s\ndomain=%s\nname=%s\n' \
        "$ip" "${router%% *}" "$dns" "$serverid" "$domain" "$hostname" >/lease.new
    mv /lease.new /lease
    echo "$hostname" >/www/index.html
    ;;
esac
