# A reader with an OpenPGP card to test with; sourced after lib.sh. The script goes on in namespaces of its own: a network, in which vpcd has its port as Debian sets it up and
# nobody else comes to it, and a /run for pcscd.
#
#	reader               both are there, the card is out
#	card in|out|pull N|count    as tests/helpers/smartcard.c says; $signatures is what it answers
#	card_for NAME        that person's gpg uses it; the PIN that he will say is in $TEST_DIR/pin, while $TEST_DIR/wait is there he thinks (then $TEST_DIR/asked
#	                     appears), and he puts in no card when asked to
#	card_away NAME, card_back NAME    until that person's gpg has noticed
#	edit NAME LINE...    gpg --card-edit, with what is said there behind `admin`
# shellcheck shell=bash

[ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ] || skip 'no vsmartcard-vpcd'
for reader_program in pcscd ip /usr/lib/gnupg/scdaemon; do
	command -v "$reader_program" >/dev/null || skip "no $reader_program"
done
if [ -z "${READER_INSIDE:-}" ]; then
	mapfile -t inside < <([ "$(id -u)" = 0 ] || echo -r)
	unshare "${inside[@]}" -mn true || skip 'no namespaces of our own'
	READER_INSIDE=1 exec unshare "${inside[@]}" -mn --propagation private bash "$0" "$@"
fi
let_others_unmount

reader() {
	mount -t tmpfs none /run
	ip link set lo up
	pcscd --foreground --error >"$TEST_DIR/pcscd.log" 2>&1 &
	wait_for test -S /run/pcscd/pcscd.comm
	coproc CARD { smartcard 35963; }
}

card() {
	echo "$1" >&"${CARD[1]}"
	# shellcheck disable=SC2034
	read -r -t 60 signatures <&"${CARD[0]}"
}

card_for() {
	local home=$TEST_DIR/people/$1/.gnupg

	cat >"$TEST_DIR/pinentry" <<-END
		#!/bin/bash
		echo OK
		while read -r word rest; do
			case \$word in
			SETDESC) about=\$rest; echo OK ;;
			GETPIN)
				while [ -e '$TEST_DIR/wait' ]; do touch '$TEST_DIR/asked'; sleep 0.05; done
				case \$about in *'Admin PIN'*) echo 'D 12345678' ;; *) sed 's/^/D /' '$TEST_DIR/pin' ;; esac; echo OK ;;
			CONFIRM) echo 'ERR 83886179 cancelled' ;;
			*) echo OK ;;
			esac
		done
	END
	chmod +x "$TEST_DIR/pinentry"
	echo "pinentry-program $TEST_DIR/pinentry" >>"$home/gpg-agent.conf"
	printf '%s\n' disable-ccid pcsc-shared >"$home/scdaemon.conf"
	as "$1" timeout 20 gpgconf --kill gpg-agent
}

is_away() { ! as "$1" timeout 20 gpg --card-status; }
# scdaemon does not always get over a card that was pulled out while it signed; that is not what is tested here.
is_back() { as "$1" timeout 10 gpg --card-status || { as "$1" timeout 10 gpgconf --kill scdaemon && false; }; }
card_away() { card out && wait_for is_away "$1"; }
card_back() { card in && wait_for is_back "$1"; }

edit() {
	local name=$1
	shift
	printf '%s\n' admin "$@" | as "$name" timeout 60 gpg --no-tty --command-fd 0 --card-edit >edited 2>&1 || { cat edited >&2; fail "card-edit: $*"; }
}
