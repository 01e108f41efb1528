# Stock git-lfs as its users have it; sourced after office.sh:
#
#	lfs_archive         alice's, in $CHANCERY_ARCHIVE; git and git-lfs have nobody's settings
#	sum, content FILE   its SHA-256; where the archive has what it holds
#	lfs_send URL        from the repository sender, by several connections at once, files of twelve sizes, which no act names: they are in the archive, and
#	                    nobody can write to them. Their digests are in $oids
# shellcheck shell=bash

lfs_archive() {
	git lfs version >/dev/null 2>&1 || skip 'wants git-lfs'
	make_person alice
	export CHANCERY_ARCHIVE=$TEST_DIR/archive GIT_CONFIG_GLOBAL=$TEST_DIR/gitconfig
	as alice chancery-init -q "$CHANCERY_ARCHIVE" alice
	git config --global init.defaultBranch work
	git config --global user.name test
	git config --global user.email test@example.org
	git lfs install --skip-repo >/dev/null
	git config --global lfs.transfer.maxretries 1
}

sum() { sha256sum <"$1" | cut -c 1-64; }
content() { local sum; sum=$(sum "$1") && echo "$CHANCERY_ARCHIVE/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"; }

lfs_send() {
	local size file

	git init -q sender
	for size in 0 4096 65515 65516 65517 131032 1000000 3000000 7 70000 100; do head -c "$size" /dev/urandom >"sender/$size.bin"; done
	printf 1 >sender/1.bin # not any byte: tests have the content `x` as one that is not there
	(cd sender && git lfs track '*.bin' >tracked && git add . && git commit -qm files)
	git -C sender remote add office "$1"
	mapfile -t oids < <(git -C sender lfs ls-files -l | cut -d ' ' -f 1)
	check_status 0 git -C sender lfs push --object-id office "${oids[@]}"
	for file in sender/[1-9]*.bin; do
		cmp "$(content "$file")" "$file"
		[ "$(stat -c %a "$(content "$file")")" = 444 ] || fail "$file can be written to"
	done
}
