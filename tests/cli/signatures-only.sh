#!/bin/bash
# Who signed the commits of any repository: ours, and git's own word of each, by a keyring that is a file.
. "$(dirname "$0")/../lib.sh"

quietly() { "$@" 2>/dev/null; }
gpg() { command gpg --quiet --batch --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@"; }
fpr() { quietly gpg --with-colons --list-secret-keys "$1" | awk -F: '$1 == "fpr" { print tolower($10) }' | sed -n "${2:-1}p"; }
sha1() { git hash-object -t commit -w "$@"; }
export GIT_CONFIG_GLOBAL=$PWD/gitconfig
git config --global init.defaultBranch main
git config --global user.name Li
git config --global user.email li@example.org

# make KEY-TYPE NAME [gpg OPTION...]: a key that signs.
make() { quietly gpg "${@:3}" --quick-generate-key "$2 <$2@example.org>" "$1" sign "${until:-never}"; }
make ed25519 edna
make rsa3072 rosa
make nistp256 nina
make dsa2048 dora
make ed25519 sue
quietly gpg --quick-add-key "$(fpr sue)" ed25519 sign never
until=1d make ed25519 eve --faked-system-time 20200101T000000
make ed25519 rita
make ed25519 nobody
make rsa2048 stranger

git init -q repository
cd repository
declare -A said key reason

# commit VERDICT KEY REASON [git commit OPTION...]: what we shall say of it.
commit() {
	date=$((${date:-1600000000} + 60))
	GIT_COMMITTER_DATE="$date +0200" GIT_AUTHOR_DATE="$date +0200" git commit -q --allow-empty "${@:4}"
	note "$(git rev-parse HEAD)" "$1" "$2" "$3"
}
note() { said[$1]=$2 key[$1]=$3 reason[$1]=$4; }

no_key='the key is not in the keyring'
no_sign='the key is revoked, or not one that may sign'
for who in edna rosa nina dora; do commit good "$(fpr "$who")" '' -S"$(fpr "$who")" -m "by $who"; done
commit good "$(fpr sue 2)" '' -S"$(fpr sue 2)!" -m 'by a subkey'
commit good "$(fpr sue)" '' -S"$(fpr sue)!" -m 'by the primary key beside it'
commit good "$(fpr edna)" '' -Sedna@example.org -m 'by a mail address'
commit unsigned '' '' --no-gpg-sign -m 'by nobody'
commit unknown "$(fpr nobody)" "$no_key" -S"$(fpr nobody)" -m 'by somebody'
commit unknown "$(fpr stranger)" "$no_key" -S"$(fpr stranger)" -m 'by somebody else'
commit bad "$(fpr rita)" "$no_sign" -S"$(fpr rita)" -m 'by a key that will be revoked'
git -c i18n.commitEncoding=ISO-8859-1 commit -q --allow-empty -S"$(fpr rosa)" -m $'gr\xfc\xdfe'
note "$(git rev-parse HEAD)" good "$(fpr rosa)" ''
commit good "$(fpr edna)" '' -S"$(fpr edna)" --allow-empty-message -m ''
git -c gpg.program="$PWD/../old" commit -q --allow-empty -S"$(fpr rosa)" -m 'unsigned, since old does not exist' 2>/dev/null || :
for hash in SHA1 SHA384 SHA512; do
	printf '#!/bin/sh\nexec gpg --digest-algo %s "$@"\n' "$hash" >../old
	chmod +x ../old
	git -c gpg.program="$PWD/../old" commit -q --allow-empty -S"$(fpr rosa)" -m "with $hash"
	note "$(git rev-parse HEAD)" good "$(fpr rosa)" ''
done
printf '#!/bin/sh\nexec gpg --faked-system-time 20200101T060000 "$@"\n' >../old
git -c gpg.program="$PWD/../old" commit -q --allow-empty -S"$(fpr eve)" -m 'by a key that has expired'
note "$(git rev-parse HEAD)" good "$(fpr eve)" ''

# A merge of a signed tag, which the commit keeps; a branch that only a tag of a tag holds.
git checkout -q -b side main~3
commit good "$(fpr nina)" '' -S"$(fpr nina)" -m side
git tag -u "$(fpr rosa)" -m tagged v1
git checkout -q main
git merge -q --no-ff -S"$(fpr edna)" -m merged v1
note "$(git rev-parse HEAD)" good "$(fpr edna)" ''
git cat-file commit HEAD >../raw
check_has ../raw 'mergetag object'
git checkout -q --detach side
commit good "$(fpr edna)" '' -S"$(fpr edna)" -m 'behind two tags'
git tag -m one one
git -c advice.nestedTag=false tag -m two two one
git tag -d one >/dev/null
git tag blob "$(echo text | git hash-object -w --stdin)"
git checkout -q main

{ echo y && echo 3 && echo && echo y; } | quietly gpg --command-fd 0 --no-batch --gen-revoke "$(fpr rita)" >../rita.rev || :
quietly gpg --import ../rita.rev
gpg --export edna rosa nina dora sue eve rita >../ring

# What git says of the same: G or U good, X and Y good with something expired, R revoked, E no key, N not signed, B bad.
mkdir -m 700 ../ringhome
quietly gpg --homedir ../ringhome --import ../ring
GNUPGHOME=$PWD/../ringhome git log --all --format='%H %G?' >../git
check_status 1 chancery-verify --signatures-only --keyring ../ring .
check_output err <<<"chancery-verify: of $(wc -l <../git) commits 1 are bad, 1 unsigned, 2 by unknown keys"
mv out ../ours && rm err
[ "$(cut -f 1 ../ours | sort)" = "$(cut -d ' ' -f 1 ../git | sort)" ] || fail 'not the same commits'
declare -A word=([G]=good [U]=good [X]=good [Y]=good [R]=bad [B]=bad [E]=unknown [N]=unsigned)
while IFS=' ' read -r id letter; do
	found=$(grep "^$id" ../ours | cut -f 2-)
	[ "${found%%$'\t'*}" = "${word[$letter]}" ] || fail "git says $letter of '$(git log -1 --format=%s "$id")', we say $found"
	[ "$found" = "${said[$id]}"$'\t'"${key[$id]}"$'\t'"${reason[$id]}" ] || fail "of '$(git log -1 --format=%s "$id")': $found"
done <../git

# Armored, and from standard input; of a bare clone whose objects and references are packed; as JSON; of some revisions; what is not good only.
gpg --armor --export edna rosa nina dora sue eve rita | chancery-verify --signatures-only --keyring - . >../again 2>/dev/null || :
cmp ../ours ../again
git clone -q --mirror . ../bare.git
git -C ../bare.git repack -q -ad
git -C ../bare.git pack-refs --all
check_status 1 chancery-verify --signatures-only --keyring ../ring ../bare.git
sort out >../again
sort ../ours | cmp - ../again
check_status 1 chancery-verify -q --signatures-only --keyring ../ring .
[ "$(cut -f 2 out | sort | uniq -c | xargs)" = '1 bad 2 unknown 1 unsigned' ] || fail "$(cat out)"
root=$(git rev-list --max-parents=0 main)
check_status 0 chancery-verify --json --signatures-only --keyring ../ring . "$root"
check_output out <<<"{\"commit\":\"$root\",\"verdict\":\"good\",\"key\":\"$(fpr edna)\",\"reason\":\"\"}"
git tag root "$root"
check_status 0 chancery-verify --signatures-only --keyring ../ring . root "$root"
[ "$(wc -l <out)" -eq 1 ] || fail "$(cat out)"
git commit-tree -S"$(fpr nobody)" -m unknown "HEAD^{tree}" >../unknown
check_status 3 chancery-verify --signatures-only --keyring ../ring . "$(cat ../unknown)"

# Somebody else's kind of signature; none; and what is no signature at all.
other() { sed "s/^gpgsig .*/gpgsig $1/" | sha1 --stdin; }
ssh=$(git cat-file commit "$root" | other '-----BEGIN SSH SIGNATURE-----')
text=$(git cat-file commit "$root" | other 'I, Li')
message=$(git cat-file commit "$root" | other '-----BEGIN PGP MESSAGE-----')
check_status 3 chancery-verify --signatures-only --keyring ../ring . "$ssh"
check_output out <<<"$ssh	unknown		not an OpenPGP signature"
git cat-file commit "$root" | sed '/^gpgsig/,/^ -----END/d' >../payload
gpg --local-user "$(fpr edna)" --armor --sign <../payload | sed 's/MESSAGE/SIGNATURE/; 1s/^/gpgsig /; 1!s/^/ /' >../inline
inline=$(git cat-file commit "$root" | sed -e '/^ -----END/r ../inline' -e '/^gpgsig/,/^ -----END/d' | sha1 --stdin)
git cat-file commit "$inline" >../raw
check_has ../raw 'gpgsig -----BEGIN PGP SIGNATURE-----'
for id in "$text" "$message" "$inline"; do
	check_status 1 chancery-verify --signatures-only --keyring ../ring . "$id"
	check_output out <<<"$id	bad		the signature is not in canonical form"
done

# Two in one armor, each of them good.
for who in edna nina; do gpg --local-user "$(fpr $who)" --detach-sign <../payload >../"$who.sig"; done
for both in 'edna nina' 'nina edna' 'edna'; do
	for who in $both; do cat ../"$who.sig"; done >../packets
	pgp armor signature ../packets | sed '1s/^/gpgsig /; 1!s/^/ /' >../armor
	id=$(git cat-file commit "$root" | sed -e '/^ -----END/r ../armor' -e '/^gpgsig/,/^ -----END/d' | sha1 --stdin)
	status=0
	[ "$both" = edna ] || status=1
	check_status $status chancery-verify --signatures-only --keyring ../ring . "$id"
	case $status in
	0) check_output out <<<"$id	good	$(fpr edna)	" ;;
	1) check_output out <<<"$id	bad		the signature is not in canonical form" ;;
	esac
done

# ---- forgeries, each of a good commit ----
good=$(git rev-parse main)
bent() { sed "$@" | sha1 --stdin --literally; }
bad() {
	check_status 1 chancery-verify --signatures-only --keyring ../ring . "$2"
	[ "$(grep "^$2" out | cut -f 2,4)" = "$(printf 'bad\t%s' "$1")" ] || fail "$(cat out)"
}
fit='the signature does not fit the bytes and the key'
readers='the commit is not one to every reader of git'
raw() { git cat-file commit "$good"; }
bad "$fit" "$(raw | bent 's/^merged/Merged/')"
bad "$fit" "$(raw | bent 's/^author Li/author Lu/')"
bad "$fit" "$(git cat-file commit side | bent 's/^side/Side/')"
bad "$fit" "$(raw | bent 's/^ type commit/ type commot/')"
bad "$readers" "$(raw | bent "0,/^parent/s/^tree.*/&\n&/")"
bad "$readers" "$(raw | bent "s/^gpgsig /author Eve <eve> 1 +0000\n&/")"
bad "$readers" "$(raw | bent "s/^gpgsig /parent $root\n&/")"
bad "$readers" "$(raw | bent "s/^gpgsig /gpgsig-sha256 rubbish\n&/")"
bad "$readers" "$(raw | awk '/^gpgsig/ { block = 1 } block && /^ / || /^gpgsig/ { kept = kept $0 "\n"; print; next } block { printf "%s", kept; block = 0 } 1' | bent '')"
bad "$readers" "$(raw | bent 's/^merged/&\x00&/')"
bad "$readers" "$(raw | bent 's/^committer/Committer/')"
bad 'the commit is missing or damaged' "$(printf '%040d' 7)"
# The control: the same, put together again.
check_status 1 chancery-verify --signatures-only --keyring ../ring . "$(raw | bent '')"
[ "$(grep -c "^$good	good" out)" -eq 1 ] || fail "$(cat out)"

# ---- a work tree beside the first, and one of a submodule: .git is a file there ----
git worktree add -q ../beside HEAD 2>/dev/null
[ -f ../beside/.git ] || fail 'no file'
check_status 1 chancery-verify --signatures-only --keyring ../ring .
sort out >all
check_status 1 chancery-verify --signatures-only --keyring ../ring ../beside
sort out | check_output all
mkdir ../inside
echo 'gitdir: ../repository/.git' >../inside/.git
check_status 1 chancery-verify --signatures-only --keyring ../ring ../inside
sort out | check_output all
echo 'gitdir: ../nowhere' >../inside/.git
check_status 74 chancery-verify --signatures-only --keyring ../ring ../inside
check_output err <<<"chancery-verify: '../inside' is no git repository: no objects and refs in it"
head -c 100000 /dev/zero >../inside/.git
check_status 74 chancery-verify --signatures-only --keyring ../ring ../inside

# ---- what is no keyring, no repository, no revision ----
check_status 1 chancery-verify --signatures-only --keyring ../git .
check_output err <<<'chancery-verify: the keyring holds no public key that gpg takes; make it with gpg --export'
check_status 1 chancery-verify --signatures-only --keyring ../ring . nowhere
check_has err "chancery-verify: './.git' has no reference 'nowhere'"
check_status 74 chancery-verify --signatures-only --keyring ../ring ..
check_output err <<<"chancery-verify: '..' is no git repository: no objects and refs in it"
check_status 74 chancery-verify --signatures-only --keyring ../none .
git init -q ../empty
check_status 3 chancery-verify --signatures-only --keyring ../ring ../empty
check_output err <<<'chancery-verify: there is no commit: nothing to verify'
check_status 2 chancery-verify --signatures-only .
check_status 2 chancery-verify --keyring ../ring .
check_status 2 chancery-verify --signatures-only --keyring ../ring
