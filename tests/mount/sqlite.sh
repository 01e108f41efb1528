#!/bin/bash
# A database on the drive, with a rollback journal and with a log in shared memory: whole while two write, and after a crash what was committed is there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
mkdir "$DRIVE/files/lib"
check() { [ "$(sqlite3 "$1" 'pragma integrity_check; select count(*) from t')" = "ok
$2" ] || fail "$1: $(sqlite3 "$1" 'pragma integrity_check; select count(*) from t')"; }
insert() { for i in $(seq "$2" "$3"); do echo "insert into t values ($i, hex(randomblob(300)));"; done | sqlite3 -cmd '.timeout 20000' "$1"; }

for mode in delete wal truncate; do
	db=$DRIVE/files/lib/$mode.db
	[ "$(sqlite3 "$db" "pragma journal_mode=$mode; create table t (a integer primary key, b text)")" = "$mode" ] || fail "no mode $mode"
	insert "$db" 1 40 &
	insert "$db" 1001 1040
	wait $!
	check "$db" 80
	sqlite3 "$db" 'begin; delete from t; rollback; vacuum'
	check "$db" 80
done
chancery-commit -q
for mode in delete truncate; do
	git -C "$CHANCERY_ARCHIVE" show "main:files/lib/$mode.db" >"$TEST_DIR/$mode.db"
	check "$TEST_DIR/$mode.db" 80
done
for mode in delete wal truncate; do insert "$DRIVE/files/lib/$mode.db" 2001 2010; done
drive_kill
drive
for mode in delete wal truncate; do check "$DRIVE/files/lib/$mode.db" 90; done
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/ |  sort >committed
check_output committed <<-'END2'
	files/lib/delete.db
	files/lib/truncate.db
	files/lib/wal.db
END2
drive_end
