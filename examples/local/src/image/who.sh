#!/bin/busybox sh
# The page that says which guest answered whom.
printf 'Content-Type: text/plain\r\n\r\n%s answers %s\n' "$(hostname)" "$REMOTE_ADDR"
