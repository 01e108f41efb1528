# Ports of loopback for a test's servers; sourced after lib.sh. Four of its own, from $port on: below those that the kernel hands to whoever connects
# (ip(7), ip_local_port_range), and apart from those of other tests, whose process IDs are near ours, or at least have servers there by now.
#
#	listens PORT     somebody does
# shellcheck shell=bash

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

taken() { listens "$1" || listens $(($1 + 1)) || listens $(($1 + 2)) || listens $(($1 + 3)); }
port=$((10000 + $$ % 5500 * 4))
while taken "$port"; do port=$((10000 + (port - 9996) % 22000)); done
