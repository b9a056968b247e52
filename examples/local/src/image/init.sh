#!/bin/busybox sh
# The first and only program of a guest: drivers, an address, a web page, and a serial line on which it does as it is told.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
dmesg -n 1
while read -r module; do
    [ -f "/modules/$module.ko" ] && insmod "/modules/$module.ko"
done </modules/order
ip link set lo up

# A disk may hold nothing yet, and the line must be there although no lease is: the network is asked for in the background.
network() {
    ip link set eth0 up
    udhcpc -i eth0 -s /etc/dhcp.sh -t 60 -T 1 -b >/dev/null 2>&1
}
network &

mkdir -p /www/cgi-bin
cp /etc/who.sh /www/cgi-bin/who
chmod +x /www/cgi-bin/who
httpd -p 0.0.0.0:80 -h /www
# An echo for each who connects, for transfers that last.
nc -ll -p 7 -e cat >/dev/null 2>&1 &

# One command a line, with a word in front that comes back around what it says and with its outcome.
serve() {
    while read -r word line; do
        [ -n "$word" ] || continue
        printf '\n<<%s\n' "$word"
        timeout 60 sh -c "$line" </dev/null 2>&1
        printf '\n>>%s %s\n' "$word" "$?"
    done
}
stty -F /dev/ttyS0 raw -echo
while :; do
    serve </dev/ttyS0 >/dev/ttyS0
    sleep 1
done
