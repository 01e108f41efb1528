# Servers on a drive of many users; sourced after users.sh and drive.sh. Each is set up as chancery-office(7) says, on ports of loopback.
#
#	start_ftp, start_smb, start_sftp	$ftp_port, $smb_port, $ssh_port
#	ftp USER CURL-ARGUMENT...	curl; the address of the mount is $ftp
#	smb USER COMMANDS		smbclient
#	$ssh_as				ssh options; user@127.0.0.1
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

for server_program in vsftpd smbd smbclient sshd sftp sshfs curl; do
	command -v "$server_program" >/dev/null || skip "no $server_program"
done
ftp_port=$port
smb_port=$((port + 1))
ssh_port=$((port + 2))
# shellcheck disable=SC2034
ftp=ftp://127.0.0.1:$ftp_port

# snippet NAME: what the page has between its comments.
snippet() {
	sed -n "/^\.\\\\\" begin $1\$/,/^\.\\\\\" end $1\$/p" "$SRC/docs/man/chancery-office.7" | sed '/^\./d; s,/mnt/archive,'"$DRIVE"','
}

start_ftp() {
	mkdir -p "$TEST_DIR/ftp" "$TEST_DIR/pam.d"
	cp -a /etc/pam.d/. "$TEST_DIR/pam.d/"
	printf '%s required pam_permit.so\n' auth account session >"$TEST_DIR/pam.d/vsftpd"
	mount --bind "$TEST_DIR/pam.d" /etc/pam.d
	{ snippet vsftpd.conf; printf '%s\n' listen_address=127.0.0.1 "listen_port=$ftp_port" "secure_chroot_dir=$TEST_DIR/ftp" pam_service_name=vsftpd background=NO; } >ftp.conf
	vsftpd "$PWD/ftp.conf" &
	wait_for listens "$ftp_port"
}

ftp() {
	local name=$1
	shift
	curl -sS --user "$name:x" "$@"
}

start_smb() {
	local name

	mkdir -p "$TEST_DIR/smb"
	{
		printf '%s\n' '[global]' 'server role = standalone server' 'disable netbios = yes' "smb ports = $smb_port" 'interfaces = lo' 'bind interfaces only = yes' 'load printers = no' \
			"log file = $TEST_DIR/smb/log" 'max open files = 2000'
		for name in 'private dir' 'lock directory' 'state directory' 'cache directory' 'pid directory' 'ncalrpc dir'; do echo "$name = $TEST_DIR/smb"; done
		snippet smb.conf
	} >samba
	for name in bob carol dave frank; do printf 'x\nx\n' | smbpasswd -c samba -a -s "$name" >/dev/null; done
	smbd --foreground --no-process-group -s "$PWD/samba" --debug-stdout >smbd.log 2>&1 &
	wait_for listens "$smb_port"
}

smb() { smbclient -s "$PWD/samba" -p "$smb_port" -U "$1%x" //127.0.0.1/archive -c "$2"; }

start_sftp() {
	ssh-keygen -q -t ed25519 -N '' -f sftp-host
	ssh-keygen -q -t ed25519 -N '' -f sftp-client
	chmod 644 sftp-client.pub
	chmod 711 .
	{
		printf '%s\n' "Port $ssh_port" 'ListenAddress 127.0.0.1' "HostKey $PWD/sftp-host" "AuthorizedKeysFile $PWD/sftp-client.pub" "PidFile $PWD/sftp.pid" 'StrictModes no' 'UsePAM no' \
			'Subsystem sftp internal-sftp'
		snippet sshd_config | sed 's/^Match Group archive/Match User */'
	} >sftp_config
	mkdir -p /run/sshd
	/usr/sbin/sshd -D -f "$PWD/sftp_config" -E "$PWD/sftp.log" &
	wait_for listens "$ssh_port"
	# shellcheck disable=SC2034
	ssh_as=(-o "IdentityFile=$PWD/sftp-client" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o "UserKnownHostsFile=$PWD/known" -o LogLevel=ERROR)
}
