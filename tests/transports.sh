# Stock servers for stock git, on loopback; sourced after lib.sh:
#
#	transports     the names of those of sshd, nginx and fcgiwrap that are here
#	start_ssh      sshd; $user@127.0.0.1 on $port by GIT_SSH_COMMAND, and whatever environment a client tries to hand over
#	start_http     smart HTTP for what is in $TEST_DIR, as git-lfs-http-backend(8) says: $http, for who is in ~/.netrc
#	netrc NAME     from now on it is NAME who comes by HTTP; at first bob, and as(), each as himself
#	restart_nginx  with what nginx.conf says now
#	stop_http, stop_ssh, stop_servers     the one, the other, whichever have been started; nobody listens any more
# shellcheck shell=bash

transports() {
	local server

	for server in sshd nginx fcgiwrap; do [ ! -x "/usr/sbin/$server" ] || echo "$server"; done
}

. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"
user=$(id -un)

start_ssh() {
	ssh-keygen -q -t ed25519 -N '' -f host
	ssh-keygen -q -t ed25519 -N '' -f client
	cat >sshd_config <<-END
		Port $port
		ListenAddress 127.0.0.1
		HostKey $PWD/host
		AuthorizedKeysFile $PWD/client.pub
		PidFile $PWD/sshd.pid
		StrictModes no
		UsePAM no
		AcceptEnv GIT_* CHANCERY_*
		MaxStartups 100
		SetEnv PATH=$PATH
	END
	mkdir -p /run/sshd 2>/dev/null || skip 'sshd wants /run/sshd'
	/usr/sbin/sshd -f "$PWD/sshd_config" -E "$PWD/sshd.log"
	export GIT_SSH_COMMAND="ssh -p $port -i $PWD/client -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=$PWD/known -o SendEnv=GIT_* -o SendEnv=CHANCERY_*"
	wait_for ssh -p "$port" -i client -o StrictHostKeyChecking=no -o UserKnownHostsFile=known "$user@127.0.0.1" true
}

netrc() { (umask 077 && echo "machine 127.0.0.1 login $1 password x" >"${2:-$HOME}/.netrc"); }

# page PART: what git-lfs-http-backend(8) says about that.
page() { sed -n "/^\.\\\\\" begin $1\$/,/^\.\\\\\" end $1\$/{/^\./d; s/\\\\e/\\\\/g; p}" "$SRC/docs/man/git-lfs-http-backend.8"; }

# start_nginx: with the servers on standard input, written as on that page.
start_nginx() {
	{
		cat <<-END
			pid $PWD/nginx.pid;
			error_log $PWD/nginx.log;
			$([ "$(id -u)" -ne 0 ] || echo "user $user;")
			events { }
			http {
			access_log $PWD/nginx.access;
			client_body_temp_path $PWD/body; fastcgi_temp_path $PWD/fastcgi; proxy_temp_path $PWD/proxy; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
		END
		sed "s,listen 443,listen 127.0.0.1:$((port + 1)),; s,/etc/nginx/archive.users,$PWD/web.users,; s,/etc/ssl/[a-z]*/,$PWD/,; s,/run/fcgiwrap.socket,$PWD/cgi,
			s,/usr/local/bin,$BUILD,; s,GIT_PROJECT_ROOT /srv,GIT_PROJECT_ROOT ${web_root:-$TEST_DIR},"
		echo '}'
	} >nginx.conf
	/usr/sbin/nginx -q -c "$PWD/nginx.conf"
}

start_http() {
	local home

	netrc bob
	printf '%s:{PLAIN}x\n' bob carol >web.users
	for home in "$TEST_DIR"/people/*/; do
		home=${home%/}
		echo "${home##*/}:{PLAIN}x" >>web.users
		netrc "${home##*/}" "$home"
	done
	http=http://127.0.0.1:$((port + 1))
	/usr/sbin/fcgiwrap -c 4 -s "unix:$PWD/cgi" 2>fcgiwrap.log &
	wait_for test -S cgi
	page nginx.conf | sed '/ssl_/d; s/443 ssl/443/' | start_nginx
	wait_for git ls-remote "$http/archive"
}

# Told to reload, nginx has workers of before and after answer at the same time for a while.
restart_nginx() {
	stop_http
	/usr/sbin/nginx -q -c "$PWD/nginx.conf"
}

# deaf PORT: whoever comes now is turned away, and not kept waiting by a server that is about to end.
deaf() { ! listens "$1"; }
stop_http() {
	kill "$(cat nginx.pid)"
	wait_for deaf $((port + 1))
}
stop_ssh() {
	kill "$(cat sshd.pid)"
	wait_for deaf "$port"
}
stop_servers() {
	[ ! -e nginx.pid ] || stop_http
	[ ! -e sshd.pid ] || stop_ssh
}
