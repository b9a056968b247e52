//! The parts of shell scripts that do not depend on what a router shall be. `$D` is its folder on the host.

/// What every script begins with.
pub(super) const PRELUDE: &str = r#"set -eu
# The process that keeps the namespace, and the namespace it was made with: an id that the kernel has given to another since is
# not taken for it.
held() { P= N=; read -r P N 2>/dev/null <"$D/holder" && [ -n "$N" ] && [ "$(readlink "/proc/$P/ns/net" 2>/dev/null)" = "$N" ]; }
ns() { nsenter -t "$P" -n -- "$@"; }
# The program of this name runs, and in this namespace; $Q is its process.
runs() { Q=; read -r Q 2>/dev/null <"$D/$1.pid" && [ -n "$Q" ] && [ "$(readlink "/proc/$Q/ns/net" 2>/dev/null)" = "$N" ]; }
stop() {
  held || return 0
  if runs "$1"; then
    kill "$Q" 2>/dev/null || :
    i=0
    while runs "$1"; do
      i=$((i+1))
      [ "$i" -ne 200 ] || kill -9 "$Q" 2>/dev/null || :
      [ "$i" -lt 400 ] || { echo "$1 does not end" >&2; exit 1; }
      sleep 0.01
    done
  fi
  rm -f "$D/$1.pid"
}
# Writes what it is given to a file; true if that is another text than before.
put() {
  cat >"$D/$1.new"
  if cmp -s "$D/$1.new" "$D/$1"; then rm -f "$D/$1.new"; return 1; fi
  mv "$D/$1.new" "$D/$1"
}
# An interface of the host, joined to one of the namespace.
veth() {
  if ip link show dev "$1" >/dev/null 2>&1 && ns ip link show dev "$2" >/dev/null 2>&1; then return 0; fi
  ip link del dev "$1" 2>/dev/null || :
  ns ip link del dev "$2" 2>/dev/null || :
  if [ -n "$3" ]; then
    ip link add name "$1" type veth peer name "$2" address "$3" netns "$P"
  else
    ip link add name "$1" type veth peer name "$2" netns "$P"
  fi
}
# Of the interfaces whose names begin like the first word, only the others are left.
only() {
  begin=$1; shift
  for name in $(ns ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); print $2 }'); do
    case $name in "$begin"*) case " $* " in *" $name "*) ;; *) ns ip link del dev "$name" ;; esac ;; esac
  done
}
# An interface has these addresses and no other. Neighbours are told of new ones.
addresses() {
  dev=$1; shift
  want=" $* "
  have=" $(ns ip -o -4 addr show dev "$dev" | awk '{ print $4 }' | tr '\n' ' ')"
  for one in $have; do
    case $want in *" $one "*) ;; *) echo "addr del $one dev $dev" ;; esac
  done >"$D/addresses.batch"
  for one; do
    case $have in *" $one "*) ;; *) echo "addr add $one dev $dev" ;; esac
  done >>"$D/addresses.batch"
  if [ -s "$D/addresses.batch" ]; then
    ns ip -batch "$D/addresses.batch"
    if command -v busybox >/dev/null; then
      for one in $(awk '$2 == "add" { sub(/\/.*/, "", $3); print $3 }' "$D/addresses.batch"); do
        ns busybox arping -q -A -c 1 -w 1 -I "$dev" "$one" >/dev/null 2>&1 &
      done
    fi
  fi
}
# What is marked so is routed by this table.
marked() {
  ns ip rule show | grep -q "lookup $2" || ns ip rule add fwmark "$1" lookup "$2"
}
# Leases that somebody holds whose address is another's now.
stale() {
  [ -f "$D/leases" ] || return 1
  awk 'NR == FNR { own[$1] = $2; next } ($3 in own) && own[$3] != $2 { next } { print }' "$D/owners" "$D/leases" >"$D/leases.new"
  ! cmp -s "$D/leases" "$D/leases.new"
}
# dnsmasq runs as its files say: restarted if its configuration ($1) changed or an address went to somebody else, else told to
# read again what changed ($2).
lease() {
  if [ -z "$1" ] && runs dnsmasq && ! stale; then
    [ -z "$2" ] || kill -HUP "$Q"
    return 0
  fi
  stop dnsmasq
  if stale; then mv "$D/leases.new" "$D/leases"; fi
  ns dnsmasq --conf-file="$D/dnsmasq.conf"
}
# HAProxy runs as its file says. One that is replaced hands its sockets over, and stays until its connections have ended.
balance() {
  if ! runs haproxy; then
    rm -f "$D/haproxy.sock"
    ns haproxy -D -q -f "$D/haproxy.cfg" -p "$D/haproxy.pid"
  elif [ -n "$1" ]; then
    old=$Q
    ns haproxy -D -q -f "$D/haproxy.cfg" -p "$D/haproxy.pid" -x "$D/haproxy.sock" -sf "$old" ||
      ns haproxy -D -q -f "$D/haproxy.cfg" -p "$D/haproxy.pid" -sf "$old"
  fi
}
# The program that tells guests about themselves runs at this address.
tell() {
  listen=$1
  if echo "$*" | put guest-data.words; then stop guest-data; fi
  if runs guest-data; then return 0; fi
  shift
  rm -f "$D/guest-data.ready"
  mkdir -p "$D/passwords"
  setsid nsenter -t "$P" -n -- "$@" "$listen" "$D" </dev/null >"$D/guest-data.log" 2>&1 &
  echo "$!" >"$D/guest-data.pid"
  i=0
  until [ -f "$D/guest-data.ready" ]; do
    i=$((i+1))
    [ "$i" -lt 500 ] || { cat "$D/guest-data.log" >&2; echo "$1 does not serve $listen" >&2; exit 1; }
    sleep 0.01
  done
}
"#;

/// The namespace is there and forwards packets.
pub(super) const NAMESPACE: &str = r#"mkdir -p "$D"
chmod 700 "$D"
if ! held; then
  rm -f "$D/holder" "$D"/*.pid
  # It writes itself down, so that one that nobody knows of is never left.
  setsid unshare -n sh -c 'echo "$$ $(readlink /proc/self/ns/net)" >"$0/holder.new" && mv "$0/holder.new" "$0/holder" && exec sleep infinity' \
    "$D" </dev/null >/dev/null 2>"$D/holder.log" &
  i=0
  until held; do
    i=$((i+1))
    [ "$i" -lt 500 ] || { cat "$D/holder.log" >&2; echo "no network namespace" >&2; exit 1; }
    sleep 0.01
  done
fi
ns sh -c '
  ip link set dev lo up
  cd /proc/sys/net/ipv4
  for scope in all default; do
    echo 0 >conf/$scope/rp_filter
    echo 0 >conf/$scope/send_redirects
    echo 0 >conf/$scope/accept_redirects
    echo 1 >conf/$scope/promote_secondaries
    [ ! -e ../ipv6/conf/$scope/disable_ipv6 ] || echo 1 >../ipv6/conf/$scope/disable_ipv6
  done
  echo 1 >ip_forward
'
"#;

/// Fails if the namespace is not there.
pub(super) const THERE: &str = "held || { echo 'its namespace is gone' >&2; exit 1; }\n";

/// Ends everything in the namespace, and with it the namespace; takes away interfaces whose names begin with `$T`, and the folder.
pub(super) const REMOVE: &str = r#"if held && [ "$N" != "$(readlink /proc/self/ns/net)" ]; then
  # Its name has brackets, which a pattern would take for a choice of characters.
  pattern=$(echo "$N" | sed 's/[][]/\\&/g')
  i=0
  while inside=$(find /proc/[0-9]*/ns/net -prune -lname "$pattern" 2>/dev/null | cut -d/ -f3) && [ -n "$inside" ]; do
    i=$((i+1))
    [ "$i" -lt 500 ] || { echo "processes do not end: $inside" >&2; exit 1; }
    for one in $inside; do kill -9 "$one" 2>/dev/null || :; done
    sleep 0.01
  done
fi
for name in $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); print $2 }'); do
  case $name in "$T"*) ip link del dev "$name" 2>/dev/null || : ;; esac
done
rm -rf "$D"
"#;
