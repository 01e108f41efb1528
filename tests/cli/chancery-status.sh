#!/bin/bash
# Where an archive stands, and where each configured value comes from.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

said() { awk -F '\t' -v what="$1" '$1 == what { print $2 }' out; }
check_said() { [ "$(said "$1")" = "$2" ] || fail "$1 is '$(said "$1")' instead of '$2'"; }

office_seals S-0007 S-0008

check_status 0 chancery-status
check_said archive "$(git -C "$CHANCERY_ARCHIVE" show main:archive/record | sed -n 's/^Archive: //p')"
check_said name 'Example Ltd'
check_said directory "$CHANCERY_ARCHIVE"
check_said seq 9
check_said head "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)"
check_said policy 1
check_said people 6
check_said seal "$(printf 'S-0007: no table; see seal-table\nS-0008: no table; see seal-table')"
check_said applications 0
check_said journal 0
check_said drive 'not mounted'
check_said mails ''

# A table is out of date when somebody it concerns changes, or the policy; not when something else happens.
as alice seal-table -q S-0007
apply bob S-0007
chancery-status >out
check_said seal "$(printf 'S-0007: table 1 up to date\nS-0008: no table; see seal-table')"
check_said applications 1
check_said open 1
as alice people-add -q --role auditor greta
chancery-status >out
check_said seal "$(printf 'S-0007: table 1 up to date\nS-0008: no table; see seal-table')"
as alice people-add -q --name 'Frank Ma' --mail frank@example.org --role employee --role manager frank
chancery-status >out
check_said seal "$(printf 'S-0007: table 1 out of date; see seal-table\nS-0008: no table; see seal-table')"
as alice seal-table -q S-0007
{ sed '$d' "$TEST_DIR/policy"; echo 'Level: S-0008 2 director 1 10'; } >policy
as alice policy-set -q policy
as carol seal-reject -q --reason no "$APPLICATION"
chancery-status >out
check_said seal "$(printf 'S-0007: table 2 out of date; see seal-table\nS-0008: no table; see seal-table')"
check_said policy 2
check_said open 0

check_status 0 chancery-status --json
check_has out '{"what":"policy","value":"2"}' '{"what":"drive","value":"not mounted"}'
check_status 2 chancery-status "$CHANCERY_ARCHIVE"
git init -q --bare "$TEST_DIR/empty"
check_status 1 chancery-status -A "$TEST_DIR/empty"
check_output err <<<"chancery-status: '$TEST_DIR/empty' has not been founded; see chancery-init"

# ---- configuration: option before environment before the person's file ----
check_status 0 chancery-status --config
check_has out "$(printf 'archive\t%s\tenvironment CHANCERY_ARCHIVE' "$CHANCERY_ARCHIVE")" "$(printf 'person\tnone\tthe keyring')"
CHANCERY_PERSON=bob check_status 0 chancery-status --config -A /elsewhere
check_has out "$(printf 'archive\t/elsewhere\toption --archive')" "$(printf 'person\tbob\tenvironment CHANCERY_PERSON')"
CHANCERY_PERSON=bob check_status 0 chancery-status --config --as carol
check_has out "$(printf 'person\tcarol\toption --as')"
mkdir -p "$TEST_DIR/config/chancery"
echo "Archive: $CHANCERY_ARCHIVE" >"$TEST_DIR/config/chancery/config"
check_status 0 env -u CHANCERY_ARCHIVE XDG_CONFIG_HOME="$TEST_DIR/config" chancery-status --config
check_has out "$(printf 'archive\t%s\t%s' "$CHANCERY_ARCHIVE" "$TEST_DIR/config/chancery/config")"
check_status 0 env -u CHANCERY_ARCHIVE XDG_CONFIG_HOME="$TEST_DIR/config" chancery-status
check_status 2 env -u CHANCERY_ARCHIVE XDG_CONFIG_HOME="$TEST_DIR" chancery-status
check_output err <<<'chancery-status: which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE'
