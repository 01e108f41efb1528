#!/bin/bash
# Who has made something on a mount of many users is shown as its owner for good: after a save, a kill, unmounting, in a restored backup; to one user of his own alone all is his.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

shown() { (cd "$DRIVE/files" && find . -mindepth 1 -printf '%p %u %g %m %y\n' | sort); }
same() { shown | diff "$1" -; }
still_same() {
	drive_kill
	drive -o allow_other,commit=3600
	same before
}
owned() { [ "$(stat -c %U "$DRIVE/files/lib/$1")" = "$2" ] || fail "$1 is shown as $(stat -c %U "$DRIVE/files/lib/$1")'s${3:+, $3}"; }

office
office_allows 'manager save files/lib' 'employee save files/lib'
drive -o allow_other,commit=3600
user bob mkdir "$DRIVE/files/lib"
user bob sh -c "cd $DRIVE/files/lib && umask 022 && mkdir -p made/in empty && echo 1 | tee bobs both made/in/a made/in/hook.tmp >replaced && chmod 600 made/in/a"
user carol sh -c "cd $DRIVE/files/lib && echo 2 >carols && echo 3 >.new.tmp && mv .new.tmp replaced && echo 4 >>both && chmod 700 carols && touch -d 2001-01-01 both"
echo roots >"$DRIVE/files/lib/roots"
for file in bobs both made made/in made/in/a made/in/hook.tmp empty; do owned "$file" bob; done
for file in carols replaced; do owned "$file" carol; done
owned roots root
owned ../lib bob
shown >before

# Not saved, and killed; saved; killed; unmounted; moved.
still_same
chancery-commit -q
same before
still_same
drive_end
drive -o allow_other,commit=3600
same before
(cd "$DRIVE/files/lib" && echo more | user carol tee -a bobs >/dev/null && user carol mv made moved && user bob mv carols moved/in/)
owned bobs bob 'whoever has changed it'
owned moved/in/carols carol 'whoever has moved it'
owned moved bob
shown >before
chancery-commit -q
same before
drive_end
drive -o allow_other,commit=3600
same before
check_status 0 user bob chmod 640 "$DRIVE/files/lib/moved/in/carols"
owned moved/in/carols carol
user bob chown bob "$DRIVE/files/lib/bobs"
check_status 1 user bob chown carol "$DRIVE/files/lib/bobs"

# Whose drive it is brings an office's files with their owners, and gives away what he likes; no group but the account's goes with that.
mkdir -p source/d
touch source/d/bobs source/carols source/roots
chown -R bob:bob source/d
chown carol:carol source/carols
rsync -a source/ "$DRIVE/files/lib/brought"
[ -z "$(rsync -ai source/ "$DRIVE/files/lib/brought")" ] || fail "brought again: $(rsync -ai source/ "$DRIVE/files/lib/brought")"
cp -a source "$DRIVE/files/lib/copied"
for directory in brought copied; do
	owned "$directory/d/bobs" bob
	owned "$directory/d" bob
	owned "$directory/carols" carol
	owned "$directory/roots" root
done
chown carol "$DRIVE/files/lib/copied/d/bobs"
chown root:root "$DRIVE/files/lib/copied/carols"
owned copied/d/bobs carol
owned copied/carols root
check_status 1 chown bob:carol "$DRIVE/files/lib/copied/roots"
check_status 1 chgrp bob "$DRIVE/files/lib/copied/roots"
owned copied/roots root
check_status 1 chown bob "$DRIVE/people"
shown >before
still_same
chancery-commit -q
same before

# Whoever copies the drive as it was shown has nothing left to copy, owners included.
rsync -a "$DRIVE/files/lib/" copy/
drive_end
drive -o allow_other
[ "$(rsync -ai "$DRIVE/files/lib/" copy/ | grep -v hook.tmp)" = '' ] || fail "copied again: $(rsync -ai "$DRIVE/files/lib/" copy/)"
shown >before

# A backup has it as well.
chancery-backup -q backup
drive_end
mv "$CHANCERY_ARCHIVE" lost
cp -a backup "$CHANCERY_ARCHIVE"
drive -o allow_other
same before
drive_end

# What an earlier version has kept, which knew no makers, is kept on: times and permissions.
rm -r "$CHANCERY_ARCHIVE"
mv lost "$CHANCERY_ARCHIVE"
touched() { (cd "$DRIVE/files" && find . -mindepth 1 ! -name hook.tmp -printf '%p %m %T@\n' | sort); }
drive -o ro
touched >before
drive_end
sqlite3 "$CHANCERY_ARCHIVE/chancery/times" 'ALTER TABLE directory DROP COLUMN makers; PRAGMA user_version = 1;'
for how in ro commit=3600 ro; do
	drive -o "$how"
	touched | diff before -
	drive_end
done

# To one user all is his own.
drive
[ "$(cd "$DRIVE/files" && find . -printf '%u\n' | sort -u)" = root ] || fail "not all is one user's own: $(ls -lR "$DRIVE/files")"
echo more >>"$DRIVE/files/lib/bobs"
chancery-commit -q
drive_end
check_status 0 chancery-verify
