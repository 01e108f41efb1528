#!/bin/bash
# What is saved becomes a signed act by itself, and nobody sees anything change when it does.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
mkdir "$DRIVE/files/lib" "$DRIVE/files/lib/d"
echo first >"$DRIVE/files/lib/d/f"
stat -c '%i %Y %Z %s' "$DRIVE/files/lib/d/f" "$DRIVE/files/lib/d" "$DRIVE/files/lib" >before
wait_for saved files/lib/d/f "$DRIVE/files/lib/d/f"
stat -c '%i %Y %Z %s' "$DRIVE/files/lib/d/f" "$DRIVE/files/lib/d" "$DRIVE/files/lib" >after
check_output after <before

# Signed by the device's key, as stock git and gpg see it.
gpg --quiet --import "$DRIVE"/keys/*/*/key.asc "$DRIVE"/archive/*.asc
git -C "$CHANCERY_ARCHIVE" log -1 --no-merges --format='%G? %an %s' main -- files >shown
check_output shown <<<'U d1 d1 saves files/lib'
git -C "$CHANCERY_ARCHIVE" verify-commit "$(git -C "$CHANCERY_ARCHIVE" log -1 --no-merges --format=%H main -- files)"
git -C "$CHANCERY_ARCHIVE" verify-commit main
check_status 0 chancery-verify

# The act says which operations of which journal it carries, and what has changed.
git -C "$CHANCERY_ARCHIVE" log -1 --no-merges --format=%B main -- files >act
grep -qxE "Journal: $(cat "$CHANCERY_ARCHIVE"/chancery/journal/id) [0-9]+" act
digest=$(printf '100644 - %s files/lib/d/f\n' "$(sha256sum <"$DRIVE/files/lib/d/f" | cut -c 1-64)" | sha256sum | cut -c 1-64)
check_has act "Changes-SHA256: $digest"

# One act for each space, together on one page; none where nothing has changed. Not before it is asked for.
drive_end
drive -o commit=3600
pages() { git -C "$CHANCERY_ARCHIVE" rev-list --first-parent --count main; }
n=$(pages)
mkdir "$DRIVE/files/second"
echo a >"$DRIVE/files/lib/a"
echo b >"$DRIVE/files/second/b"
chancery-commit >acts
cut -f 2 acts | sort >subjects
check_output subjects <<'END'
files/lib
files/second
END
[ "$(pages)" -eq $((n + 1)) ] || fail 'not one page'
echo temporary >"$DRIVE/files/lib/t"
rm "$DRIVE/files/lib/t"
chancery-commit >acts
check_output acts </dev/null
chancery-commit -n >pending
check_output pending <<'END'
0
END
drive_end
