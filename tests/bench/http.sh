#!/bin/bash
# timeout: 900
# Large files over HTTP, by a real web server set up as git-lfs-http-backend(8) says: a file of BENCH_MIB=200 MiB, fetched and sent, each interleaved with the same bytes from and
# to the same nginx as plain files, which neither verifies nor syncs nor says who has sent them; and by stock git-lfs, interleaved with git by git-http-backend. Medians
# of BENCH_RUNS=5: seconds by the clock, and in brackets those of processors, client and server.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../transports.sh"
. "$(dirname "$0")/../lfs.sh"

[[ $(transports) == *nginx*fcgiwrap* ]] || skip 'wants nginx and fcgiwrap'
RUNS=${BENCH_RUNS:-5} MIB=${BENCH_MIB:-200}

servers() { pgrep -P "$(cat nginx.pid),$(cat plain.pid)"; pgrep -f "fcgiwrap.*$PWD/cgi"; }
ticks() { for process in $(servers); do cut -d ' ' -f 14-17 "/proc/$process/stat"; done | awk '{ sum += $1 + $2 + $3 + $4 } END { printf "%.2f", sum / 100 }'; }
# measure RESULTS command...: appends the seconds and the processor seconds that it takes.
measure() {
	local results=$1 before times TIMEFORMAT='%R %U %S'
	shift

	before=$(ticks)
	times=$({ time "$@" >/dev/null 2>said; } 2>&1) || fail "$*: $(cat said)"
	awk -v times="$times" -v before="$before" -v after="$(ticks)" 'BEGIN { split(times, t, " "); printf "%.3f %.2f\n", t[1], t[2] + t[3] + after - before }' >>"$results"
}
median() { sort -n "$1" | awk '{ v[NR] = $0 } END { print v[int((NR + 1) / 2)] }'; }
row() { awk -v name="$1" -v ours="$(median "$2")" -v theirs="$(median "$3")" 'BEGIN { split(ours, o, " "); split(theirs, t, " "); printf "%-44s %7.2f (%.2f) %7.2f (%.2f) %8.2f\n", name, o[1], o[2], t[1], t[2], o[1] / t[1] }'; }

fetch() { curl -sSf --netrc -o /dev/null "$@"; }
send() { curl -sSf --netrc -o /dev/null -H 'Expect:' -T "$@"; }
lfs_push() { git -C sender lfs push --object-id office "$1"; }
lfs_pull() { git -C work lfs pull; }
git_push() { git -C plain push -q "$http/there.git" HEAD:refs/heads/"$1"; }
git_clone() { git clone -q --single-branch -b "$1" "$http/there.git" cloned; }

lfs_archive
start_http
mkdir files
cat >plain.conf <<-END
	pid $PWD/plain.pid;
	error_log $PWD/plain.log;
	$([ "$(id -u)" -ne 0 ] || echo "user $user;")
	events { }
	http {
		access_log off; client_max_body_size 0; sendfile on;
		client_body_temp_path $PWD/files/.body; fastcgi_temp_path $PWD/fastcgi; proxy_temp_path $PWD/proxy; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
		server { listen 127.0.0.1:$((port + 2)); root $PWD/files; dav_methods PUT; }
	}
END
/usr/sbin/nginx -q -c "$PWD/plain.conf"
git init -q --bare "$TEST_DIR/there.git"
git -C "$TEST_DIR/there.git" config http.receivepack true
git init -q plain
git init -q sender
git -C sender config remote.office.url "$http/archive"
git -C sender config remote.office.lfsurl "$http/archive.git/info/lfs"
plain=http://127.0.0.1:$((port + 2)) api=$http/archive.git/info/lfs/objects
for run in $(seq "$RUNS"); do
	head -c "${MIB}M" /dev/urandom >"large$run"
	id=$(sha256sum "large$run" | cut -d ' ' -f 1)
	measure send send "large$run" "$api/$id"
	measure send.peer send "large$run" "$plain/$id"
	measure fetch fetch "$api/$id"
	measure fetch.peer fetch "$plain/$id"

	cp "large$run" plain/large
	printf '%s' "$run" >>plain/large
	git -C plain add large
	git -C plain commit -q -m "$run"
	mkdir -p "sender/.git/lfs/objects"
	id=$(sha256sum plain/large | cut -d ' ' -f 1)
	mkdir -p "sender/.git/lfs/objects/${id:0:2}/${id:2:2}"
	cp plain/large "sender/.git/lfs/objects/${id:0:2}/${id:2:2}/$id"
	measure push lfs_push "$id"
	measure push.peer git_push "b$run"
	rm -rf "large$run" "sender/.git/lfs/objects/${id:0:2}" "$PWD/files/"*
done
echo "load: $(cut -d ' ' -f 1-3 /proc/loadavg)"
printf '%-44s %14s %14s %8s\n' "$MIB MiB" ours peer ours/peer
row 'fetched with curl; peer: a file of nginx' fetch fetch.peer
row 'sent with curl; peer: PUT to nginx' send send.peer
row 'git lfs push; peer: git push' push push.peer
kill "$(cat plain.pid)"
stop_servers
