# A mail system to test with; sourced after lib.sh:
#
#	mail_system       the program $SENDMAIL stores each mail it is given in $SENT: <n>.mail, and its arguments in <n>.args
#	notify [OPTION...]    chancery-notify through it
#	to PERSON         the files of mails to that person, by the time they were sent
#	mails             "<recipient>|<subject>" of each mail stored since the last call, sorted; encoded words are decoded
# shellcheck shell=bash

mail_system() {
	SENT=$TEST_DIR/sent SENDMAIL=$TEST_DIR/sendmail
	export SENT
	mkdir -p "$SENT"
	cat >"$SENDMAIL" <<-'END'
		#!/bin/sh
		n=$(mktemp "$SENT/XXXXXXXX")
		echo "$*" >"$n.args"
		cat >"$n.part"
		mv "$n.part" "$n.mail"
		rm "$n"
	END
	chmod +x "$SENDMAIL"
}

notify() { chancery-notify --sendmail "$SENDMAIL" "$@"; }

to() { grep -lxF "To: <$1@example.org>" "$SENT"/*.mail; }

# decoded TEXT: RFC 2047, as far as our mails need it.
decoded() {
	case $1 in
	*'=?UTF-8?B?'*) tr -s ' ' '\n' <<<"$1" | while IFS='?' read -r _ _ _ word _; do base64 -d <<<"$word"; done ;;
	*) printf %s "$1" ;;
	esac
}

mails() {
	local mail subject

	for mail in "$SENT"/*.mail; do
		[ -e "$mail" ] || continue
		subject=$(awk '/^$/ { exit } on && /^ / { printf "%s", $0; next } { on = 0 } /^Subject: / { on = 1; sub(/^Subject: /, ""); printf "%s", $0 }' "$mail")
		echo "$(sed -n '/^$/q; s/^To: <\(.*\)>$/\1/p' "$mail")|$(decoded "$subject")"
		mv "$mail" "$mail.seen"
	done | sort
}
