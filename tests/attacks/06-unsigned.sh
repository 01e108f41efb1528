#!/bin/bash
# An unsigned commit slipped in, on a page or in place of one; a signature lost on the way; what is beside main does not count.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
git() { command git -C "$CHANCERY_ARCHIVE" -c user.name=carol -c user.email=carol@example.org "$@"; }
payload carol approval approve "$path" Level=1 Role=manager Presses=1
good=$(signed carol approval)
before=$(main)

# The act itself, without its signature: as a rebase leaves it.
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(git hash-object -t commit -w --stdin <approval)"

# A plain commit on top of main, another in the middle of it.
plain=$(git commit-tree -p "$before" -m 'nothing to see' "$before^{tree}")
git update-ref refs/heads/main "$plain"
verify_says "MALFORMED-COMMIT: commit $plain: the commit is not in canonical form"
check_status 1 seal-list
check_output err <<<"seal-list: MALFORMED-COMMIT: commit $plain: the commit is not in canonical form"
restore

# An act in place of a page; a page that the registrar has not signed.
git update-ref refs/heads/main "$good"
check_status 1 chancery-verify -q
check_output err <<<'chancery-verify: WRONG-CONTENT: main holds a commit that is no page of the register'
restore
forge page -a "$good" >lie
git cat-file commit "$(cat lie)" | sed '/^gpgsig/,/^ -----END/d' >unsigned
restore
stripped=$(git hash-object -t commit -w --stdin <unsigned)
git update-ref refs/heads/main "$stripped"
verify_says "MALFORMED-COMMIT: commit $stripped: the commit is not in canonical form"
restore
sed "s/^\(author\|committer\) registrar <registrar@/\1 carol <carol@/; s/^Actor: .*/Actor: carol/; s/^Key: .*/Key: $(fingerprint carol)/; s/^registrar registers/carol registers/" unsigned >carols
git update-ref refs/heads/main "$(signed carol carols)"
verify_says "WRONG-KEY: page $(($(field "$before" Seq) + 1)) of the register: not signed by the registrar"
restore

# Signed by the registrar, for another archive; in somebody else's name.
page="page $(($(field "$before" Seq) + 1)) of the register"
forge page Archive="$(printf '%032d' 7)" -a "$good" >lie
verify_says "WRONG-ARCHIVE: $page: made for another archive"
restore
forge page Actor=carol -a "$good" >lie
verify_says "WRONG-KEY: $page: not signed by the registrar"
restore

# Branches, tags and notes are not the register: they say nothing, and change nothing.
git branch other "$plain"
git tag -m 'approved by carol' approved "$before"
git notes add -m 'Approved-by: carol' "$before"
check_status 0 chancery-verify -q
seal-list | cut -f 3,8 >list
check_output list <<<"open	level 1 wants 1 more 'manager'"

accepted "$good"
