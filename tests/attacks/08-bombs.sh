#!/bin/bash
# timeout: 300
# A few small trees that stand for more files than there is memory; directories and names that are not what they look like.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
blob=$(echo x | git hash-object -w --stdin)
empty=$(git mktree </dev/null)
nothing=$(sha256sum </dev/null | cut -d ' ' -f 1)
lie=$(git rev-parse 'main^{tree}')
wrap() { git mktree <<<"040000 tree $(git mktree <<<"040000 tree $1	d1")	files"; }
save() { forge act -d -t "$(wrap "$1")" -p none save files/d1 Journal="0123456789abcdef0123456789abcdef 1" Changes-SHA256="${2:-$nothing}"; }

# Ten times itself, twenty deep: ten to the twentieth files.
bomb=$(git mktree <<<"100644 blob $blob	a")
for _ in {1..20}; do bomb=$(for i in {0..9}; do printf '040000 tree %s\t%s\n' "$bomb" "$i"; done | git mktree); done
refused LIMIT 'more files change than one act may change' "$(save "$bomb")" -t "$lie"

# A directory of nothing would hide from every list of changes.
refused MALFORMED-TREE "'files/d1/b' is an empty directory" "$(save "$(printf '100644 blob %s\ta\n040000 tree %s\tb\n' "$blob" "$empty" | git mktree)")" -t "$lie"

# Names that one system takes for another's: another normal form, another case.
# changes NAME...: of a save that adds files of one line
changes() { for name; do echo "100644 - $(echo x | sha256sum | cut -d ' ' -f 1) files/d1/$name"; done | sha256sum | cut -d ' ' -f 1; }
files() { for name; do printf '100644 blob %s\t%s\n' "$blob" "$name"; done | git mktree; }
refused MALFORMED-TREE "'files/d1/"$'e\u0301'"' is not in Unicode normal form C" "$(save "$(files $'e\u0301')" "$(changes $'e\u0301')")" -t "$lie"
refused MALFORMED-TREE "'a' differs from 'A' only in case" "$(save "$(files A a)" "$(changes A a)")" -t "$lie"
refused MALFORMED-TREE "tree $(files .gitattributes) is not in canonical form" "$(save "$(files .gitattributes)")" -t "$lie"
accepted "$(save "$(files a $'\u00e9')" "$(changes a $'\u00e9')")"

# What is no commit of ours is not read to its end.
huge=$({ git cat-file commit main | sed '/^$/,$d'; echo; head -c 1000000 /dev/zero | tr '\0' y; } | git hash-object -t commit -w --stdin)
barred TOO-LONG 'longer than the format allows' "$huge"
