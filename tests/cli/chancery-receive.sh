#!/bin/bash
# What may be pushed, and what is said of everything else. What may not be pushed for what it holds: tests/attacks.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

pushing_approval
refs() { git -C "$CHANCERY_ARCHIVE" for-each-ref --format='%(refname) %(objectname)'; }
before=$(refs)

# refused_push MESSAGE REFSPEC...: nothing of the push comes in
refused_push() {
	local message=$1
	shift

	check_status 1 git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" "$@"
	remote >said
	check_output said <<<"chancery-receive: $message"
	[ "$(refs)" = "$before" ] || fail 'something has come in'
}

only="only the register moves main; push acts as refs/acts/<client>/<name>"
nothing="nothing but acts may be pushed; push them as refs/acts/<client>/<name>"
refused_push "NOT-ALLOWED: refs/heads/main: $only" "+$approval:refs/heads/main"
refused_push "NOT-ALLOWED: refs/heads/other: $nothing" "$approval:refs/heads/other"
refused_push "NOT-ALLOWED: refs/tags/v1: $nothing" "$approval:refs/tags/v1"
git -C "$CHANCERY_ARCHIVE" config --unset receive.hideRefs
refused_push "NOT-ALLOWED: refs/promises/d2/x: $nothing" "$approval:refs/promises/d2/x"
refused_push "NOT-ALLOWED: refs/replace/$(main): $nothing" "$approval:refs/replace/$(main)"
refused_push "NOT-ALLOWED: refs/acts/d2: $nothing" "$approval:refs/acts/d2"
refused_push "NOT-ALLOWED: refs/acts/d2/a/b: $nothing" "$approval:refs/acts/d2/a/b"
refused_push "NOT-ALLOWED: refs/acts/2d/a: $nothing" "$approval:refs/acts/2d/a"
refused_push "NOT-ALLOWED: refs/acts/d2/???: $nothing" "$approval:refs/acts/d2/"$'\u202e'
refused_push "NOT-ALLOWED: refs/acts/d3/b: acts of two clients in one push; push them one after the other" "$approval:refs/acts/d2/a" "$approval:refs/acts/d3/b"
# All or nothing: the act beside it does not come in either.
refused_push "NOT-ALLOWED: refs/heads/other: $nothing" "$approval:refs/acts/d2/$approval" "$approval:refs/heads/other"
# A page is no act; nor is what is no commit.
refused_push "WRONG-SUBJECT: refs/acts/d2/a: a page of the register is no act to be registered" "$(git -C "$CLIENT" rev-parse main):refs/acts/d2/a"
blob=$(echo x | git -C "$CLIENT" hash-object -w --stdin)
refused_push "MALFORMED-COMMIT: refs/acts/d2/a: object $blob is not a commit; see chancery-statement(5), or let a tool draw it up" "$blob:refs/acts/d2/a"

# What waits is not moved and not deleted, whatever git is configured to allow.
git -C "$CHANCERY_ARCHIVE" update-ref refs/acts/d2/waits "$(git -C "$CHANCERY_ARCHIVE" rev-parse main^2)"
git -C "$CHANCERY_ARCHIVE" config receive.denyDeletes false
git -C "$CHANCERY_ARCHIVE" config receive.denyNonFastForwards false
before=$(refs)
refused_push 'NOT-ALLOWED: refs/acts/d2/waits: it is there already and waits for the register; push under another name' "+$approval:refs/acts/d2/waits"
refused_push 'NOT-ALLOWED: refs/acts/d2/waits: what was received is not deleted; the register takes it when it has registered it' :refs/acts/d2/waits
refused_push "NOT-ALLOWED: refs/heads/main: $only" :refs/heads/main
# Readers do not see it.
git ls-remote "$CHANCERY_ARCHIVE" 'refs/acts/*' >seen
check_output seen </dev/null
git -C "$CHANCERY_ARCHIVE" update-ref -d refs/acts/d2/waits

# Too many at once.
for i in {1..801}; do echo "$approval:refs/acts/d2/$i"; done | xargs git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" 2>err && fail 'it was not refused'
remote >said
check_output said <<<'chancery-receive: LIMIT: more than 800 references in one push; push them in parts'

# The hook alone: its words and statuses.
zero=0000000000000000000000000000000000000000
hook() { (cd "$CHANCERY_ARCHIVE" && chancery-receive -A .); }
check_status 1 hook <<<"$zero $approval refs/acts/d2/a"
check_output err <<<"chancery-receive: WRONG-PREVIOUS: refs/acts/d2/a: commit $approval is neither here nor in the push; send it, too"
check_status 0 hook <<<"$zero $(git -C "$CHANCERY_ARCHIVE" rev-parse main^2) refs/acts/d2/a"
check_status 1 hook <<<"$zero $approval"
check_output err <<<'chancery-receive: the list of what is pushed is not as git writes it, at line 1'
check_status 2 chancery-receive
check_has err 'chancery-receive: wants -A: as a hook it believes neither environment nor configuration'

# The control: the same act, pushed as it ought to be.
check_status 0 push "$approval"
check_has err "remote: accepted $(at_client forge id "$approval")"
check_status 0 chancery-verify -q

# Hooks are written anew where they are missing.
rm "$CHANCERY_ARCHIVE/hooks/"*
check_status 0 chancery-receive -n --install
[ ! -e "$CHANCERY_ARCHIVE/hooks/pre-receive" ] || fail '-n wrote something'
check_status 0 chancery-receive --install
for hook in pre-receive post-receive; do
	sed "s|^exec '[^']*'/|exec |" "$CHANCERY_ARCHIVE/hooks/$hook" | diff -u "$SRC/hooks/$hook" - || fail 'hooks/ holds something else'
done
