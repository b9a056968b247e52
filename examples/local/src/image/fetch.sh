#!/bin/busybox sh
# The body of a web page: fetch HOST PORT PATH. Fails unless there is a good answer within two seconds.
answer=$(printf 'GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" | timeout 2 nc -w 2 "$1" "$2") || exit 1
case "$answer" in HTTP/1.?' 200 '*) ;; *) exit 1 ;; esac
printf '%s\n' "$answer" | tr -d '\r' | sed '1,/^$/d'
