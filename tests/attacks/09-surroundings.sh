#!/bin/bash
# What lies beside the objects of a repository tells git what to believe. It tells us nothing: each verdict stays what it was without.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
as carol seal-approve -q "$APPLICATION"
: >ring
for id in alice bob carol; do as "$id" gpg --export "$id" >>ring; done
for file in registrar device; do pgp certificate "$CHANCERY_ARCHIVE/chancery/keys/$file" | as alice gpg --dearmor >>ring; done

# A good archive; and one in which a page accepts what nobody may do, with another page on top.
cp -r "$CHANCERY_ARCHIVE" upright
cp -r "$CHANCERY_ARCHIVE" crooked
export CHANCERY_ARCHIVE=$PWD/crooked
forge page -a "$(as bob forge act -f "rules.2=$TEST_DIR/policy" policy policy Version=2)" >/dev/null
lie=$(main)
for name in upright crooked; do git -C "$name" -c gc.auto=0 repack -q -ad; done

# What we say with nothing beside them.
say() {
	local status=0
	chancery-verify "$1" 2>&1 || status=$?
	chancery-verify --signatures-only --keyring ring "$1" 2>&1 | sed "s,$1,REPOSITORY," | sort
	CHANCERY_ARCHIVE=$PWD/$1 seal-list 2>&1 | sed "s,$1,REPOSITORY," || :
	echo "status $status"
}
say upright >upright.said
say crooked >crooked.said
seq=$(git -C upright cat-file commit main | sed -n 's/^Seq: //p')
check_has upright.said "good	$seq	" 'status 0'
check_has crooked.said "bad	$seq	" "NOT-ALLOWED: page $(field main Seq)" 'status 1'
[ "$(grep -c '	good	' upright.said)" -eq "$(git -C upright rev-list --count --all)" ] || fail "$(cat upright.said)"

# unmoved NAME: both say what they said; then all is as before.
unmoved() {
	local name
	for name in upright crooked; do
		say "$name" >now
		diff -u "$name.said" now >&2 || fail "$1 has a say of '$name'"
	done
	[ ! -e "$PWD/ran" ] || fail "$1 runs programs"
}

# ---- objects replaced, parents cut off ----
tip=$(git -C upright rev-parse main) before=$(git -C upright rev-parse main~1)
for name in upright crooked; do git -C "$name" replace "$(git -C "$name" rev-parse main)" "$before"; done
[ "$(git -C crooked cat-file commit main | sed -n 's/^Seq: //p')" = "$(git -C upright cat-file commit "$before" | sed -n 's/^Seq: //p')" ] || fail 'git does not see the replacement'
unmoved refs/replace
for name in upright crooked; do git -C "$name" replace -d "$(git -C "$name" --no-replace-objects rev-parse main)" >/dev/null; done

for name in upright crooked; do git -C "$name" rev-parse main >"$name/info/grafts"; done
[ "$(git -C crooked rev-list --count main 2>/dev/null)" -eq 1 ] || fail 'git does not see the graft'
unmoved grafts
rm upright/info/grafts crooked/info/grafts

for name in upright crooked; do git -C "$name" rev-parse main >"$name/shallow"; done
[ "$(git -C crooked rev-list --count main)" -eq 1 ] || fail 'git does not see that it is shallow'
unmoved shallow
rm upright/shallow crooked/shallow

# ---- a commit-graph in which the tip has no parents ----
four() { od -An -tu4 --endian=big -j "$2" -N 4 "$1" | tr -d ' '; }
for name in upright crooked; do
	git -C "$name" commit-graph write --reachable 2>/dev/null
	graph=$name/objects/info/commit-graph
	chmod u+w "$graph"
	for ((toc = 8; ; toc += 12)); do [ "$(od -An -c -j "$toc" -N 4 "$graph" | tr -d ' ')" != CDAT ] || break; done
	index=$(git -C "$name" rev-list --all | LC_ALL=C sort | grep -n "^$(git -C "$name" rev-parse main)" | cut -d : -f 1)
	printf '\x70\0\0\0\x70\0\0\0' | dd of="$graph" bs=1 seek=$(($(four "$graph" $((toc + 8))) + 36 * (index - 1) + 20)) conv=notrunc status=none
done
[ "$(git -C crooked rev-list --count main)" -eq 1 ] || fail 'git does not believe the commit-graph'
unmoved commit-graph
rm upright/objects/info/commit-graph crooked/objects/info/commit-graph

# ---- objects that are somewhere else ----
# What is not in the archive is missing, wherever else it may be found.
cp -r upright hollow
rm hollow/objects/pack/pack-*
echo "$PWD/upright/objects" >hollow/objects/info/alternates
for by in 'the file alternates' 'the environment'; do
	git -C hollow fsck >/dev/null 2>&1 || fail "git does not follow $by"
	check_status 1 chancery-verify hollow
	check_has err "chancery-verify: cannot read an object of '$PWD/hollow': object not found" "$tip"
	check_status 1 chancery-verify --signatures-only --keyring ring hollow
	check_output out <<<"$tip	bad		the commit is missing or damaged"
	rm -f hollow/objects/info/alternates
	export GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/upright/objects
done
unset GIT_ALTERNATE_OBJECT_DIRECTORIES

# ---- an index over packs that leads astray: of an archive that cannot be read, never good; who reads packs themselves does not see it ----
for name in upright crooked; do
	git -C "$name" multi-pack-index write
	index=$name/objects/pack/multi-pack-index
	chmod u+w "$index"
	for ((toc = 12; ; toc += 12)); do [ "$(od -An -c -j "$toc" -N 4 "$index" | tr -d ' ')" != OOFF ] || break; done
	offsets=$(four "$index" $((toc + 8)))
	objects=$((($(stat -c %s "$index") - 20 - offsets) / 8))
	for ((i = 0; i < objects; i++)); do printf '\0\0\0\0\0\0\0\x0c'; done | dd of="$index" bs=1 seek="$offsets" conv=notrunc status=none
	! git -C "$name" cat-file commit main~1 >/dev/null 2>&1 || fail 'git does not believe the multi-pack-index'
	check_status 1 chancery-verify "$name"
	chancery-verify --signatures-only --keyring ring "$name" 2>/dev/null | sort >now || :
	diff -u <(grep -E '^[0-9a-f]{40}	(good|bad|unknown|unsigned)	' "$name.said") now || fail 'the multi-pack-index has a say'
	rm "$index"
done

# ---- programs that the configuration, attributes or hooks name ----
cat >program <<END
#!/bin/sh
touch $PWD/ran
case "\$*" in *--verify*) cat >/dev/null ;; esac # or git, which has not written all of it, takes that for an error
printf '\n[GNUPG:] GOODSIG 0123456789ABCDEF anybody\n[GNUPG:] TRUST_ULTIMATE 0 pgp\n'
END
chmod +x program
for name in upright crooked; do
	for key in gpg.program gpg.openpgp.program core.fsmonitor core.editor core.sshCommand core.askPass diff.external filter.x.clean filter.x.smudge \
		uploadpack.packObjectsHook alias.rev-list credential.helper; do
		git -C "$name" config "$key" "$PWD/program"
	done
	git -C "$name" config filter.x.required true
	echo '* filter=x diff=x' >"$name/info/attributes"
	for hook in pre-receive update post-receive post-update reference-transaction pre-commit post-commit post-checkout fsmonitor-watchman; do
		cp program "$name/hooks/$hook"
	done
done
git -C crooked verify-commit "$lie" 2>/dev/null >&2 || fail 'gpg.program is not asked'
rm ran
unmoved configuration
as alice env CHANCERY_ARCHIVE="$PWD/upright" people-add -q --name 'Bob L.' --role employee bob
[ ! -e ran ] || fail 'registering runs programs'

# ---- an environment that would have git look elsewhere ----
export GIT_DIR=$PWD/crooked GIT_OBJECT_DIRECTORY=$PWD/crooked/objects GIT_REPLACE_REF_BASE=refs/heads/ GIT_GRAFT_FILE=$PWD/ring GIT_SHALLOW_FILE=$PWD/ring \
	GIT_NAMESPACE=x GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=gpg.program GIT_CONFIG_VALUE_0=$PWD/program GIT_COMMON_DIR=$PWD/crooked
check_status 0 chancery-verify upright
check_status 1 chancery-verify crooked
[ ! -e ran ] || fail 'the environment runs programs'
