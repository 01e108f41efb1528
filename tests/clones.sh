# A register that others push to, and clones of it; sourced after lib.sh and office.sh:
#
#	serve              $CHANCERY_ARCHIVE receives from now on; $server is its directory
#	link_down, link_up nobody can reach it; it can be reached again
#	clone NAME         a clone in $TEST_DIR/NAME; at NAME command... works in it
#	admit NAME ID      alice admits the clone's device as ID
#	act_of FILE        the id of the act that a tool printed
#	main_of, seq_of, acts_of DIRECTORY    the last page of an archive, its number, and all acts on record there
# shellcheck shell=bash

serve() {
	server=$CHANCERY_ARCHIVE
	if [ -x "$BUILD/chancery-receive" ]; then
		chancery-receive -q --install -A "$server"
		return
	fi
	cat >"$server/hooks/post-receive" <<-END
		#!/bin/sh
		export CHANCERY_ARCHIVE='$server' GIT_DIR='$server'
		cat >/dev/null
		git for-each-ref --format='%(objectname) %(refname)' refs/acts/ | while read -r commit ref; do
			'$BUILD/tests/helpers/forge' register \$commit; git update-ref -d \$ref
		done
	END
	chmod +x "$server/hooks/post-receive"
}

link_down() { mv "$server" "$server.away"; }
link_up() { mv "$server.away" "$server"; }

clone() { chancery-clone -q "$server" "$TEST_DIR/$1" 2>/dev/null; }

at() {
	local place=$TEST_DIR/$1
	shift

	CHANCERY_ARCHIVE=$place "$@"
}

admit() {
	local key path file=$TEST_DIR/$1/chancery/keys/device.asc
	key=$(gpg --quiet --show-keys --with-colons "$file" | awk -F: '$1 == "fpr" { print tolower($10); exit }')
	path=keys/${key:0:2}/$key

	at archive forge register "$(at archive as alice forge act -f "key.asc=$file" key "$path" Version=1 "To=$2" Scope=deposit)" >/dev/null
}

act_of() { cut -f 1 "$1"; }
main_of() { git -C "$1" rev-parse main; }
seq_of() { git -C "$1" show -s --format=%B main | sed -n 's/^Seq: //p'; }
acts_of() { git -C "$1" log --no-merges --format=%H main | sort; }
