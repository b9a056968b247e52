# One host of a lab, as the first process of namespaces of its own: when it ends, everything it has started ends.
# $1: its folder; $2: its name; $3: its identity; $4: the first port for migrations; $5: `v1` hides the unified control groups.
set -eu
D=$1
exec 2>>"$D/host.err"
hostname "$2"
mount --make-rprivate /
mount -t proc proc /proc
mkdir -p "$D/run" "$D/lib" "$D/etc" "$D/log" "$D/cache"
mkdir -p /run/libvirt /var/lib/libvirt /etc/libvirt /var/log/libvirt /var/cache/libvirt
cp -a /etc/libvirt/. "$D/etc/" 2>/dev/null || true
rm -rf "$D"/etc/qemu/*.xml "$D"/etc/lxc/*.xml "$D"/etc/storage "$D"/etc/qemu/networks/autostart
for pair in run:/run/libvirt lib:/var/lib/libvirt etc:/etc/libvirt log:/var/log/libvirt cache:/var/cache/libvirt; do
    mount --bind "$D/${pair%%:*}" "${pair#*:}"
done
mkdir -p "$D/etc/qemu"
mount -t tmpfs lock /run/lock
if [ "${5:-}" = v1 ] && [ -d /sys/fs/cgroup/cpu ]; then
    mkdir "$D/groups"
    mount -t tmpfs groups "$D/groups"
    for group in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
        [ -d "/sys/fs/cgroup/$group" ] || continue
        mkdir "$D/groups/$group"
        mount --bind "/sys/fs/cgroup/$group" "$D/groups/$group"
    done
    mount --rbind "$D/groups" /sys/fs/cgroup
fi
cat >"$D/etc/qemu.conf" <<CONF
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
migration_port_min = $4
migration_port_max = $(($4 + 20))
CONF
cat >"$D/etc/libvirtd.conf" <<CONF
host_uuid = "$3"
unix_sock_dir = "$D/run"
auth_unix_rw = "none"
auth_tcp = "none"
tcp_port = "$(($4 + 30))"
listen_addr = "127.0.0.1"
CONF
cat "$D/doors.conf" >>"$D/etc/libvirtd.conf"
virtlogd -p "$D/run/virtlogd.pid" </dev/null >/dev/null 2>&1 &
orders() {
    daemon=
    while read -r word; do
        case $word in
        start)
            libvirtd $1 -f "$D/etc/libvirtd.conf" -p "$D/run/libvirtd.pid" </dev/null >/dev/null 2>>"$D/libvirtd.err" &
            daemon=$!
            ;;
        kill)
            kill -9 "$daemon"
            wait "$daemon" || true
            ;;
        esac
        echo done
    done
}
exec 3<&0
orders "${6:-}" <&3 &
orders=$!
# Guests are orphans of their daemons. Whoever waits for any child also takes leave of those that have ended.
while kill -0 "$orders" 2>/dev/null; do
    sleep 0.05
done
