#!/bin/bash
# A push that comes again, what changes between the hook's look and the reference, and a hook whose environment lies to it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

pushing_approval
forged=$(at_client as frank forge act approve "$path" Level=1 Role=manager Presses=1 Actor=erin)
refusal="KEY-OWNER: refs/acts/d2/$forged: the key belongs to 'frank', not to 'erin'; sign it with a key of the person or device that acts"
refs() { git -C "$CHANCERY_ARCHIVE" for-each-ref --format='%(refname) %(objectname)'; }

# Whoever starts git-receive-pack may have said anything in its environment; what git itself overrides and what it hands on.
mkdir elsewhere
git -C "$CLIENT" update-ref refs/heads/elsewhere "$forged"
cat >lying <<END
#!/bin/sh
export GIT_CONFIG_COUNT=3
export GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=hooks
export GIT_CONFIG_KEY_1=gpg.program GIT_CONFIG_VALUE_1=/bin/true
export GIT_CONFIG_KEY_2=receive.denyDeletes GIT_CONFIG_VALUE_2=false
export GIT_CONFIG_GLOBAL=/dev/null GIT_REPLACE_REF_BASE=refs/acts/ GIT_GRAFT_FILE=$PWD/grafts
export CHANCERY_ARCHIVE=$CLIENT XDG_CONFIG_HOME=$PWD/elsewhere HOME=$PWD/elsewhere GNUPGHOME=$PWD/elsewhere LD_BIND_NOW=1
exec git-receive-pack "\$@"
END
chmod +x lying
before=$(refs)
check_status 1 push --receive-pack="$PWD/lying" "$forged"
remote >said
check_output said <<<"chancery-receive: $refusal"
[ "$(refs)" = "$before" ] || fail 'something has come in'

# The hook, told by the environment of another archive, other objects, another quarantine: objects that the push did not bring are not found there.
zero=0000000000000000000000000000000000000000
missing="commit $approval is neither here nor in the push; send it, too"
hook() { (cd "$CHANCERY_ARCHIVE" && env "$@" chancery-receive -A . <<<"$zero $approval refs/acts/d2/a"); }
lies=(GIT_DIR="$CLIENT" GIT_OBJECT_DIRECTORY="$CLIENT/objects" GIT_ALTERNATE_OBJECT_DIRECTORIES="$CLIENT/objects" GIT_NAMESPACE=x
	GIT_COMMON_DIR="$CLIENT" CHANCERY_ARCHIVE="$CLIENT" GIT_CONFIG="$CLIENT/config" GIT_WORK_TREE="$CLIENT")
check_status 1 hook "${lies[@]}"
check_output err <<<"chancery-receive: WRONG-PREVIOUS: refs/acts/d2/a: $missing"
real=$(realpath "$CHANCERY_ARCHIVE")
quarantine() {
	check_status 1 hook GIT_QUARANTINE_PATH="$1"
	check_output err <<<"chancery-receive: $2"
}
quarantine "$CLIENT/objects" "the quarantine that the environment names is not one of '$real'"
quarantine "$real/objects/pack" "the quarantine that the environment names is not one of '$real'"
quarantine "$real/objects/../objects" "the quarantine that the environment names is not one of '$real'"
quarantine nowhere 'the quarantine that the environment names is not there'
ln -s "$CLIENT/objects" "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-link"
quarantine "$real/objects/tmp_objdir-incoming-link" "the quarantine that the environment names is not one of '$real'"
rm "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-link"
# A real one whose alternates lead elsewhere.
mkdir -p "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a/info"
echo "$CLIENT/objects" >"$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a/info/alternates"
quarantine "$real/objects/tmp_objdir-incoming-a" "WRONG-PREVIOUS: refs/acts/d2/a: $missing"
# The control: a real one that has the objects.
cp -r "$CLIENT/objects/." "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a"
check_status 0 hook GIT_QUARANTINE_PATH="$real/objects/tmp_objdir-incoming-a"
# The same, made by somebody else.
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$real/objects/tmp_objdir-incoming-a"
	quarantine "$real/objects/tmp_objdir-incoming-a" "the quarantine that the environment names is somebody else's"
fi
rm -r "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a"

# No git of ours runs in there: what a repository can make git do is not done.
git -C "$CHANCERY_ARCHIVE" config core.fsmonitor "touch $PWD/elsewhere/ran"
git -C "$CHANCERY_ARCHIVE" config gpg.program /bin/true
check_status 1 push "$forged"
remote >said
check_output said <<<"chancery-receive: $refusal"
[ ! -e elsewhere/ran ] || fail 'the configuration of the repository was obeyed'

# The look and the reference: what the hook saw good is judged again when it is registered. Here the first hook is passed by.
mv "$CHANCERY_ARCHIVE/hooks/pre-receive" "$TEST_DIR/pre-receive"
page=$(main)
check_status 0 push "$forged"
remote >said
check_output said <<<"dropped $(at_client forge id "$forged"): KEY-OWNER: the key belongs to 'frank', not to 'erin'"
[ "$(main)" = "$page" ] || fail 'it has entered the register'
mv "$TEST_DIR/pre-receive" "$CHANCERY_ARCHIVE/hooks/pre-receive"

# Again and again, under any name and from any client: one act, one page.
check_status 0 push "$approval"
page=$(main)
check_status 0 push "$approval"
check_status 0 push "$approval" other
check_status 0 git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" "$approval:refs/acts/d3/a" "$approval:refs/acts/d3/b"
[ "$(main)" = "$page" ] || fail 'registered twice'
check_status 0 chancery-verify -q

# Eight at once, each with an act of its own and one that they share: each is answered, and stands on one page, once.
pull
person() {
	printf 'Format: 1\nName: %s\nMail: none\nRoles: employee\n' "$1" >record
	at_client as alice forge act -f person.1=record person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1
}
for i in {1..8}; do person "zoe$i"; done >acts
shared=$(person zoe)
while read -r act; do git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" "$act:refs/acts/d2/$act" "$shared:refs/acts/d2/x$act" 2>"answer.$act" & done <acts
wait
cat answer.* | grep -c 'remote: accepted [0-9a-f]*: alice describes' >answers
check_output answers <<<16
check_status 0 chancery-verify -v
cut -f 2 out | sort >registered
uniq -d registered >twice
check_output twice </dev/null
{ cat acts; echo "$shared"; } | while read -r act; do at_client forge id "$act"; done | sort | comm -13 registered - >lost
check_output lost </dev/null
[ -z "$(git -C "$CHANCERY_ARCHIVE" for-each-ref refs/acts)" ] || fail 'something still waits'
