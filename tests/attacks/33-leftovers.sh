#!/bin/bash
# What killed pushes leave behind: locks of references, directories of objects, what keeps packs. Swept when nobody who might own them lives; else in nobody's way.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

pushing_approval
there() { (cd "$CHANCERY_ARCHIVE" && find . -maxdepth 5 -name '*.lock' -o -name 'tmp_objdir-*' -o -name 'incoming-*' -o -name '*.keep'); }
keep=objects/pack/pack-0123456789012345678901234567890123456789.keep

# leave WHEN: as old as that
leave() {
	cd "$CHANCERY_ARCHIVE"
	mkdir -p refs/acts/d2 objects/tmp_objdir-incoming-abc/pack objects/incoming-old/aa
	touch -d "$1" refs/heads/main.lock refs/acts/d2/x.lock packed-refs.lock objects/tmp_objdir-incoming-abc/pack/tmp_pack_1
	echo "receive-pack 123 on $HOSTNAME" >$keep # as git does
	touch -d "$1" objects/tmp_objdir-incoming-abc objects/incoming-old $keep
	cd - >/dev/null
}

# Old ones, and nobody at work: gone, and the push is registered at once.
leave '1 hour ago'
check_status 0 push "$approval"
check_has err 'remote: accepted'
there >left
check_output left </dev/null

# Somebody who was there when they were made, and works in the archive, may own them: they stay, the act waits and is promised.
(cd "$CHANCERY_ARCHIVE" && exec sleep 300) &
owner=$!
at_work() { [ "/proc/$owner/cwd" -ef "$CHANCERY_ARCHIVE" ] && grep -q sleep "/proc/$owner/comm"; }
wait_for at_work
leave '1 hour'
cancel=$(at_client as bob forge act cancel "$path" Reason='bought elsewhere')
check_status 0 push "$cancel"
check_has err "remote: waiting $(at_client forge id "$cancel"): " "remote: promise refs/promises/d2/$cancel acts 1"
there | grep -c . >left
check_output left <<<6
[ -n "$(git -C "$CHANCERY_ARCHIVE" for-each-ref refs/acts)" ] || fail 'it does not wait'
check_status 75 chancery-register
# He dies, and whoever comes next registers.
kill -9 "$owner"
wait "$owner" || true
leave '1 hour ago'
check_status 0 chancery-register
check_has out "$(printf 'accepted\t')"
there >left
check_output left </dev/null
check_status 0 chancery-verify -q

# Quarantines and packs of the last minute are taken for those of pushes that go on; locks are in everybody's way and go, whatever their age.
leave now
check_status 0 chancery-register
there | sort >left
check_output left <<-END
	./objects/incoming-old
	./$keep
	./objects/tmp_objdir-incoming-abc
END
leave '1 hour ago'
check_status 0 chancery-register
there >left
check_output left </dev/null

# A loss of power may leave references without what is in them. git takes no push beside such a one, and packs nothing, until somebody registers.
broken=$(at_client as bob forge act cancel "$path" Reason='broken off')
: >"$CHANCERY_ARCHIVE/refs/acts/d2/empty"
head -c 41 /dev/zero >"$CHANCERY_ARCHIVE/refs/acts/d2/zeros"
: >"$CHANCERY_ARCHIVE/refs/promises/d2/empty"
cp "$CHANCERY_ARCHIVE/refs/promises/d2/$approval" whole
check_status 1 push "$broken"
check_status 0 chancery-register
check_status 0 push "$broken"
check_has err "remote: refused $(at_client forge id "$broken")"
cmp whole "$CHANCERY_ARCHIVE/refs/promises/d2/$approval"
find "$CHANCERY_ARCHIVE/refs" -name empty -o -name zeros >left
check_output left </dev/null
git -C "$CHANCERY_ARCHIVE" gc -q
[ "$(git -C "$CHANCERY_ARCHIVE" config core.fsync)" = reference ] || fail 'git does not sync what it lets in'

# What is not ours stays, whatever its name.
mkdir -p "$CHANCERY_ARCHIVE/objects/tmp_other" "$TEST_DIR/precious"
touch -d '1 hour ago' "$CHANCERY_ARCHIVE/config.kept" "$TEST_DIR/precious/x.lock"
echo 'kept by alice' >"$CHANCERY_ARCHIVE/$keep"
touch -d '1 hour ago' "$CHANCERY_ARCHIVE/$keep"
ln -s "$TEST_DIR/precious" "$CHANCERY_ARCHIVE/refs/acts"
ln -s "$TEST_DIR/precious" "$CHANCERY_ARCHIVE/objects/incoming-link"
check_status 0 chancery-register
[ -e "$TEST_DIR/precious/x.lock" ] || fail 'a link was followed'
[ -d "$CHANCERY_ARCHIVE/objects/tmp_other" ] || fail 'something else was removed'
[ -e "$CHANCERY_ARCHIVE/$keep" ] || fail 'what an administrator keeps was let go'
