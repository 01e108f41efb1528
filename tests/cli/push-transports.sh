#!/bin/bash
# The same push over ssh and over smart HTTP, by stock git, to stock servers: registered, answered, and what is refused is refused in the same words.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../pushing.sh"

servers=()
for server in sshd nginx fcgiwrap; do [ ! -x "/usr/sbin/$server" ] || servers+=("$server"); done
[ ${#servers[@]} -eq 3 ] || skip "of sshd, nginx and fcgiwrap there is only: ${servers[*]:-none}"

office_seals
apply bob S-0007
pushing
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
port=$((20000 + RANDOM % 20000))
user=$(id -un)

# Whoever may log in may push; the environment that this one tries to hand to the hooks is not believed.
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

# over URL ACT: it is registered; what frank makes of it is not; and a promise can be fetched
over() {
	local forged

	REMOTE=$1
	check_status 0 push "$2"
	check_has err "remote: accepted $(at_client forge id "$2")" "remote: promise refs/promises/d2/$2"
	git -C "$CLIENT" fetch -q "$1" "refs/promises/d2/$2"
	git -C "$CLIENT" cat-file blob FETCH_HEAD >promise
	check_status 0 chancery-verify -q --promise promise
	forged=$(at_client as frank forge act cancel "$path" Actor=bob Reason="over $1")
	check_status 1 env GIT_QUARANTINE_PATH=/tmp CHANCERY_ARCHIVE="$CLIENT" \
		git -C "$CLIENT" push --quiet "$1" "$forged:refs/acts/d2/$forged"
	remote >said
	check_output said <<<"chancery-receive: KEY-OWNER: refs/acts/d2/$forged: the key belongs to 'frank', not to 'bob'; sign it with a key of the person or device that acts"
	check_status 0 chancery-verify -q
}

approval=$(at_client as carol forge act approve "$path" Level=1 Role=manager Presses=1)
start_ssh
over "ssh://$user@127.0.0.1$CHANCERY_ARCHIVE" "$approval"
pull
cancel=$(at_client as bob forge act cancel "$path" Reason='bought elsewhere')
start_http
over "http://127.0.0.1:$((port + 1))/archive" "$cancel"

kill "$(cat nginx.pid)" "$(cat sshd.pid)"
