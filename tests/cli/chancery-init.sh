#!/bin/bash
# An archive is founded once, by one key, with everything or with nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

make_person alice
office_policy S-0007 >policy

# -n makes nothing, and finds what would be refused.
check_status 0 as alice chancery-init -n --policy policy archive alice
check_output out </dev/null
[ ! -e archive ] || fail '-n made something'
sed 's/^Gap: .*/Gap: week/' policy >bad
check_status 1 as alice chancery-init -n --policy bad archive alice
check_output err <<<"chancery-init: MALFORMED-RECORD: policy, line 2: wants 'Gap:' in seconds"
check_status 1 as alice chancery-init --policy bad archive alice
[ ! -e archive ] || fail 'a bad policy left something'
check_status 74 as alice chancery-init --policy nowhere archive alice

# One line is printed; the archive holds, and its keys are the owner's alone.
check_status 0 as alice chancery-init --json --name 'Example 公司' --zone Asia/Shanghai --person-name 'Alice Zhang' --mail alice@example.org archive alice
id=$(git -C archive show main:archive/record | sed -n 's/^Archive: //p')
check_output out <<<"{\"archive\":\"$id\",\"directory\":\"archive\"}"
git -C archive show main:archive/record >record
check_output record <<END
Format: 1
Archive: $id
Name: Example 公司
Time-Zone: Asia/Shanghai
$(printf 'Large: *.%s\n' jpg jpeg png heic tif tiff pdf JPG JPEG PNG HEIC TIF TIFF PDF)
END
git -C archive show main:.gitattributes | sort >attributes
{ grep '^Large' record | sed 's|^Large: |files/**/|'; echo 'seals/**/photos/*.jpg'; } | sed 's|$| filter=lfs diff=lfs merge=lfs -text|' | sort | check_output attributes
git -C archive show main:people/2b/alice/person.1 >person
check_output person <<END
Format: 1
Name: Alice Zhang
Mail: alice@example.org
Roles: administrator
END
check_status 0 chancery-verify archive
check_has out "$(printf 'good\t2\t3\t0\t')"
[ "$(stat -c %a archive/chancery/keys/registrar archive/chancery/keys/device | xargs)" = '600 600' ] || fail "keys that others can read"

# Without a policy the founder may describe people, admit keys and set one, and nothing else.
check_status 0 as alice people-add -q -A archive --role employee zoe
check_status 1 policy-check -A archive --explain alice seal-enrol S-0007
check_has out "$(printf 'deny\tNOT-ALLOWED\t0\tnone\ta policy; see policy-set')"
check_status 0 as alice policy-set -q -A archive policy
check_status 0 policy-check -A archive --explain alice seal-enrol S-0007

# Several administrators: nobody is asked, nobody has said anything, and from the first page on one alone changes neither registrar nor administrators.
make_person carol dave
for name in carol dave; do as $name gpg --quiet --armor --export $name >$name.asc; done
others=(--administrator carol=./carol.asc --administrator dave=./dave.asc)
check_status 0 as alice chancery-init -q "${others[@]}" --threshold 2 --policy policy board alice
check_status 0 chancery-verify -q board
chancery-registrar -A board | cut -f 1,2 | sort >administrators
printf 'administrator\t%s\n' alice carol dave | cat - <(chancery-registrar -A board | sed -n 's/^\(registrar\t[^\t]*\).*/\1/p') | sort | check_output administrators
git -C board log --no-merges --format=%an main | grep -v registrar | sort -u >said
check_output said <<<alice
check_status 0 as alice chancery-registrar -A board rotate
check_has out 'waits for other administrators	1'
check_status 0 as carol chancery-registrar -A board agree "$(cut -f 1 out)"
check_has out 'in effect'
check_status 0 as dave people-add -q -A board --role employee frank
check_status 0 chancery-verify -q board
for bad in '--threshold 4' '--threshold 0' '--administrator alice=./carol.asc' '--administrator dave=./carol.asc' '--administrator carol' "$(printf -- '--administrator p%s=./carol.asc ' 1 2 3 4 5)"; do
	# shellcheck disable=SC2086
	check_status 2 as alice chancery-init "${others[@]}" $bad other alice
	[ ! -e other ] || fail "something is left: $bad"
done
check_status 1 as alice chancery-init --administrator carol=./carol.asc --administrator dave=./carol.asc other alice
check_has err 'remove '\''other'\'' and begin again'
rm -r other
check_status 1 as alice chancery-init --administrator carol=./policy other alice
check_has err 'chancery-init: MALFORMED-KEY: '
[ ! -e other ] || fail 'something is left'

# Where there is something already, where there is no key or more than one, and who is no id.
check_status 74 as alice chancery-init archive alice
make_person nobody
rm -rf "$TEST_DIR/people/nobody/.gnupg/private-keys-v1.d"
check_status 2 as nobody chancery-init other nobody
check_output err <<<'chancery-init: your keyring has no secret key; make one with gpg --quick-generate-key NAME ed25519 sign'
as alice gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key 'Second <second@example.org>' ed25519 sign never 2>/dev/null
check_status 2 as alice chancery-init other alice
check_has err 'your keyring has 2 secret keys; say which with --key'
check_status 0 as alice chancery-init -q --key second@example.org other alice
check_status 2 as alice chancery-init other 'Alice Zhang'
check_has err "'Alice Zhang' is not an id: letters, digits and '-'"
check_status 2 as alice chancery-init other
