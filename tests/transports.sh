# Stock servers for stock git, on loopback; sourced after lib.sh:
#
#	transports     the names of those of sshd, nginx and fcgiwrap that are here
#	start_ssh      sshd; $user@127.0.0.1 on $port by GIT_SSH_COMMAND, and whatever environment a client tries to hand over
#	start_http     smart HTTP for what is in $TEST_DIR: http://127.0.0.1:$((port + 1))/
#	stop_servers
# shellcheck shell=bash

transports() {
	local server

	for server in sshd nginx fcgiwrap; do [ ! -x "/usr/sbin/$server" ] || echo "$server"; done
}

port=$((20000 + RANDOM % 20000))
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
		SetEnv PATH=$PATH
	END
	mkdir -p /run/sshd 2>/dev/null || skip 'sshd wants /run/sshd'
	/usr/sbin/sshd -f "$PWD/sshd_config" -E "$PWD/sshd.log"
	export GIT_SSH_COMMAND="ssh -p $port -i $PWD/client -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=$PWD/known -o SendEnv=GIT_* -o SendEnv=CHANCERY_*"
	wait_for ssh -p "$port" -i client -o StrictHostKeyChecking=no -o UserKnownHostsFile=known "$user@127.0.0.1" true
}

start_http() {
	cat >nginx.conf <<-END
		pid $PWD/nginx.pid;
		error_log $PWD/nginx.log;
		$([ "$(id -u)" -ne 0 ] || echo "user $user;")
		events { }
		http {
			access_log off;
			client_body_temp_path $PWD/body; fastcgi_temp_path $PWD/fastcgi; proxy_temp_path $PWD/proxy; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
			server {
				listen 127.0.0.1:$((port + 1));
				location / {
					fastcgi_pass unix:$PWD/cgi;
					fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
					fastcgi_param GIT_PROJECT_ROOT $TEST_DIR;
					fastcgi_param GIT_HTTP_EXPORT_ALL 1;
					fastcgi_param REMOTE_USER bob;
					fastcgi_param PATH_INFO \$uri;
					fastcgi_param QUERY_STRING \$query_string;
					fastcgi_param REQUEST_METHOD \$request_method;
					fastcgi_param CONTENT_TYPE \$content_type;
					fastcgi_param CONTENT_LENGTH \$content_length;
				}
			}
		}
	END
	/usr/sbin/fcgiwrap -s "unix:$PWD/cgi" &
	wait_for test -S cgi
	/usr/sbin/nginx -q -c "$PWD/nginx.conf"
	wait_for git ls-remote "http://127.0.0.1:$((port + 1))/archive"
}

stop_servers() { kill "$(cat nginx.pid)" "$(cat sshd.pid)"; }
