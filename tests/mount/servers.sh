#!/bin/bash
# The drive served by vsftpd, smbd and sshd, with their own clients: what is sent is there, also resumed; what somebody must not see he does not see there either.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../servers.sh"

here=files/scans/$(date -u +%Y/%m)
same() { cmp "$DRIVE/$1" "$2"; }

office S-0007
office_allows 'manager save files/hr' 'manager read files/lib' 'employee save files/lib' 'employee drop files/scans'
drive -o allow_other,drop=1
for space in hr lib; do mkdir "$DRIVE/files/$space"; done
echo salaries >"$DRIVE/files/hr/list"
head -c 300000 /dev/urandom | LC_ALL=C tr '\377' '\376' >data # in which no picture ends by chance
head -c 150000 data >half
{ printf '\377\330\377\340'; head -c 200000 data; printf '\377\331'; } >picture
head -c 90000 picture >cut.jpg

# FTP. 226 has been said when curl is done: nothing of it is lost with the drive.
start_ftp
ftp bob -T data "$ftp/files/lib/data"
drive_kill
drive -o allow_other,drop=1
same files/lib/data data
ftp bob "$ftp/files/lib/data" | cmp - data
ftp bob -T half "$ftp/files/lib/part"
ftp bob -C - -T data "$ftp/files/lib/part"
same files/lib/part data
ftp bob -Q '-RNFR part' -Q '-RNTO 文件' -l "$ftp/files/lib/" >out
same files/lib/文件 data
[ "$(ftp bob -l "$ftp/files/")" = lib ] || fail "bob sees $(ftp bob -l "$ftp/files/")"
check_status 9 ftp bob "$ftp/files/hr/list"
check_status 25 ftp carol -T data "$ftp/files/lib/data"
[ "$(ftp carol "$ftp/files/hr/list")" = salaries ] || fail 'carol'

# A scanner that is cut off and goes on.
ftp bob -T cut.jpg "$ftp/drop/scans/picture.jpg"
wait_for grep -qs 'is cut short' "$DRIVE/drop/scans/picture.jpg.refused.txt"
ftp bob "$ftp/drop/scans/picture.jpg.refused.txt" >note
check_has note "'picture.jpg' was not accepted" 'is cut short'
ftp bob -C - -T picture "$ftp/drop/scans/picture.jpg"
wait_for same "$here/picture.jpg" picture
is_empty() { [ -z "$(ftp bob -l "$ftp/$1/")" ]; }
wait_for is_empty drop/scans

# SMB.
start_smb
smb bob 'cd files/lib; put data smb; get smb back; rename smb other; mkdir d; cd d; put half half' >out
cmp back data
same files/lib/other data
same files/lib/d/half half
smb bob 'cd files; ls' >out
grep -q ' hr ' out && fail 'bob sees hr by SMB'
check_status 1 smb bob 'get files/hr/list stolen'
smb carol 'get files/hr/list list' >out
[ "$(cat list)" = salaries ] || fail 'carol by SMB'
check_status 1 smb carol 'put data files/lib/other'
same files/lib/other data
smb bob 'del files/lib/other; put picture drop/scans/b.jpg' >out
[ ! -e "$DRIVE/files/lib/other" ] || fail 'not removed'
wait_for same "$here/b.jpg" picture

# SSH: sftp, scp, sshfs. What changes here is seen there.
start_sftp
printf '%s\n' 'cd files/lib' 'put data sftp' 'rename sftp moved' 'get moved again' >steps
sftp "${ssh_as[@]}" -P "$ssh_port" -b steps bob@127.0.0.1 >out
cmp again data
same files/lib/moved data
scp -q "${ssh_as[@]}" -P "$ssh_port" half "bob@127.0.0.1:files/lib/scp"
same files/lib/scp half
echo 'get files/hr/list stolen' >steps
check_status 1 sftp "${ssh_as[@]}" -P "$ssh_port" -b steps bob@127.0.0.1
mkdir "$TEST_DIR/far"
sshfs "${ssh_as[@]}" -p "$ssh_port" -o dir_cache=no bob@127.0.0.1: "$TEST_DIR/far"
[ "$(ls "$TEST_DIR/far/files")" = lib ] || fail "sshfs: $(ls "$TEST_DIR/far/files")"
cp data "$TEST_DIR/far/files/lib/by-sshfs"
same files/lib/by-sshfs data
user bob sh -c "echo changed >$DRIVE/files/lib/by-sshfs"
changed() { [ "$(cat "$TEST_DIR/far/files/lib/by-sshfs")" = changed ]; }
wait_for changed
fusermount3 -u "$TEST_DIR/far"

# All of it is registered.
chancery-commit -q
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files >names
check_has names files/lib/data files/lib/moved files/lib/scp "$here/picture.jpg" "$here/b.jpg"
drive_end
check_status 0 chancery-verify
