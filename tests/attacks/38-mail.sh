#!/bin/bash
# Mail is made of what people wrote: titles, reasons, names, addresses. Nobody gets a header, a recipient, an option or a line of somebody else's in; and
# nobody is told of an application that he has no part in.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../mail.sh"

office_seals S-0007
mail_system
notify -q

# What would be a header or hides in one is refused by the format already, in titles, reasons and names; also past the tools.
for letter in $'\r\nBcc: eve@example.org' $'\n\nfake body' $'\u202e' $'\u200b' $'\u2028'; do
	check_status 2 as bob seal-apply --document "$TEST_DIR/contract.txt" --title "a${letter}" --reason x S-0007
	check_status 2 as bob seal-apply --document "$TEST_DIR/contract.txt" --title a --reason "x${letter}" S-0007
	check_status 2 as alice people-add --name "Eve${letter}" --role employee eve
	check_status 2 as alice people-add --name Eve --mail "eve@example.org${letter}" --role employee eve
done
printf 'Format: 1\nName: Eve\r\nMail: eve@example.org\nRoles: employee\n' >person
forge register "$(as alice forge act -f person.1=person person people/"$(printf eve | sha256sum | cut -c 1-2)"/eve Version=1)" >verdict
check_output verdict <<<"MALFORMED-RECORD	person record: wants 'Name:'"

# What is left is text, and stays in its place: an encoded word is shown as it was typed, quotes and brackets are no addresses.
titles=('=?UTF-8?B?QmNjOiBldmU=?=' 'Bcc: eve@example.org' '"Boss" <eve@example.org>, x' '<script>alert(1)</script>' '=cmd|"/c calc"!A1' '用印申请' "$(printf 'long %.0s' {1..51})x")
for title in "${titles[@]}"; do as bob seal-apply -q --document "$TEST_DIR/contract.txt" --title "$title" --reason "From ${title:0:40}." S-0007; done
notify -q
for mail in "$SENT"/*.mail; do
	sed '/^$/q' "$mail" | grep -vE '^ ' | sed 's/:.*//' >names
	check_output names <<-'END'
		From
		To
		Subject
		Date
		Message-ID
		References
		Auto-Submitted
		MIME-Version
		Content-Type
		Content-Transfer-Encoding

	END
	! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]' "$mail" || fail "controls in $mail"
	! sed '/^$/q' "$mail" | LC_ALL=C grep -qP '[\x80-\xff]' || fail "bare UTF-8 in the head of $mail"
	! awk 'length > 78' "$mail" | grep -vE '^(Message-ID|References):' || fail "long lines in $mail"
	! grep -q '^From [^:]*$' "$mail" || fail "something that looks like another mail in $mail"
done
mails | grep '^carol' | cut -d '|' -f 2- | sort >subjects
printf 'Please decide: %s (S-0007)\n' "${titles[@]}" | sort | check_output subjects

# Names and addresses of people. What is not plainly an address no tool takes, and what an administrator signs without our tools is never given to the mail
# program.
as alice people-add -q --name '"Carol" <eve@example.org>' --mail carol@example.org --role manager carol
addresses=(-oQ/tmp@example.org 'erin@example.org -oX' 'erin@example.org,eve@example.org' '"|sh"@example.org' 'erin@example..org' '<erin@example.org>' erin '|sh' 'erin@exämple.org' '@example.org')
notify -q
rm "$SENT"/*
version=1
for address in "${addresses[@]}"; do
	check_status 2 as alice people-add -q --name 'Erin He' --mail "$address" --role manager erin
	check_has err "people-add: --mail wants an address like name@example.org, or 'none'"
	printf 'Format: 1\nName: Erin He\nMail: %s\nRoles: manager\n' "$address" >person
	version=$((version + 1))
	forge register "$(as alice forge act "-fperson.$version=person" person people/"$(printf erin | sha256sum | cut -c 1-2)"/erin Version=$version)" >verdict
	check_output verdict <<<'OK	accepted'
	status=0
	notify -q 2>err || status=$?
	[ "$status" = 1 ] || fail "status $status: $address"
done
[ "$(grep -lx 'Error: the recipient is not a mail address' "$CHANCERY_ARCHIVE"/chancery/mail/failed/* | wc -l)" -ge ${#addresses[@]} ] || fail 'not given up'
! grep -hv -- '-- erin@example.org$' "$SENT"/*.args || fail 'sent to something else'

# Who has no part in an application hears nothing of it, whatever his role elsewhere; a level hears of it when it is asked.
rm -f "$SENT"/*
apply bob S-0007 --copy frank
notify -q || :
! grep -lE '^To: <(alice|dave|bob)@' "$SENT"/*.mail || fail 'told without need'
for person in carol frank; do grep -q "^To: <$person@" "$SENT"/*.mail || fail "the control was not told: $person"; done
