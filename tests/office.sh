# An office to test in; sourced after lib.sh:
#
#	office [SEAL...]    the archive $CHANCERY_ARCHIVE with alice (administrator), bob and frank (employees), carol and erin
#	                    (managers), dave (director), and a policy with two levels for each seal (S-0007 unless told)
#
#	forget_seen         nobody remembers what he has seen and verified of any register
#	office_allows LINE...    alice puts the same policy into force with these Allow lines, "administrator key-end keys/**", besides
#
# Each has a home and a key of his own; `as carol seal-approve ...` acts as carol.
# shellcheck shell=bash

office_policy() {
	cat <<-'END'
		Format: 1
		Gap: 604800
		Allow: administrator policy policy
		Allow: administrator person people/**
		Allow: administrator key keys/**
		Allow: administrator seal-enrol seals/*
		Allow: administrator seal-table seals/*
		Allow: employee apply seals/*/applications/**
		Allow: manager apply seals/*/applications/**
		Allow: device save files/**
		Allow: device seal-record seals/**
	END
	local seal
	for seal; do
		echo "Level: $seal 1 manager 1 20"
		echo "Level: $seal 2 director 1 20"
	done
}

office() {
	[ $# -gt 0 ] || set -- S-0007
	make_person alice bob carol dave erin frank
	export CHANCERY_ARCHIVE=$TEST_DIR/archive
	office_policy "$@" >"$TEST_DIR/policy"
	as alice chancery-init -q --name 'Example Ltd' --person-name 'Alice Zhang' --policy "$TEST_DIR/policy" "$CHANCERY_ARCHIVE" alice
	office_person bob 'Bob Li' employee
	office_person carol 'Carol Wu' manager
	office_person dave 'Dave Xu' director
	office_person erin 'Erin He' manager
	office_person frank 'Frank Ma' employee
}

# office_person ID NAME ROLE...: alice admits somebody with the key that he hands over.
office_person() {
	local id=$1 name=$2 role roles=()
	shift 2

	for role; do roles+=(--role "$role"); done
	as "$id" gpg --quiet --armor --export "$id" >"$TEST_DIR/$id.asc"
	as alice people-add -q --name "$name" --mail "$id@example.org" "${roles[@]}" --key "$TEST_DIR/$id.asc" "$id"
}

# forget_seen: everybody begins anew with what he has seen and verified of registers; whoever goes on with a copy would be told ROLLBACK.
forget_seen() {
	rm -rf "$TEST_DIR"/people/*/.local/state/chancery/seen "$XDG_STATE_HOME/chancery/seen"
	rm -f "$TEST_DIR"/people/*/.cache/chancery/memory-* "$XDG_CACHE_HOME"/chancery/memory-*
}

office_allows() {
	local line

	for line; do sed -i "/^Allow: device save/i Allow: $line" "$TEST_DIR/policy"; done
	as alice policy-set -q "$TEST_DIR/policy"
}
