#!/bin/bash
# The whole path once: a document saved on the drive, applied for, decided on two levels, sealed, and audited.
#
#	demo.sh [DIRECTORY]     leaves everything in DIRECTORY (build/demo unless told); DOCUMENT=file takes any file
#
# Every command is printed as it could be typed after `. DIRECTORY/env`.
# shellcheck disable=SC2016
set -eu -o pipefail

SRC=${SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD=$(cd "${BUILD:-$SRC/build}" && pwd)
DEMO=${1:-$BUILD/demo}
DOCUMENT=${DOCUMENT:+$(realpath "$DOCUMENT")}
SHOWN=0

bold=''
plain=''
if [ -t 1 ]; then
	bold=$(printf '\033[1m')
	plain=$(printf '\033[0m')
fi

chapter() {
	printf '\n%s== %s%s\n' "$bold" "$*" "$plain"
}

# show COMMAND: prints it, then runs it as it stands.
show() {
	printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"
	SHOWN=$((SHOWN + 1))
	eval "$1"
}

# refused COMMAND: shows a command that must end with status 1.
refused() {
	local status=0

	show "$1" || status=$?
	printf '(exit status %d)\n' "$status"
	[ "$status" -eq 1 ] || { echo "demo: that should have been refused" >&2; exit 1; }
}

finish() {
	local status=$?

	trap - EXIT
	fusermount3 -u "$DEMO/drive" 2>/dev/null || umount -l "$DEMO/drive" 2>/dev/null || :
	[ -z "${SIM:-}" ] || kill "$SIM" 2>/dev/null || :
	for home in "$DEMO"/people/* "$DEMO/auditor" "$DEMO"/empty/*/keyring; do GNUPGHOME=$home gpgconf --kill all 2>/dev/null || :; done
	[ "$status" -eq 0 ] || echo "demo: failed with status $status; everything is in $DEMO" >&2
	exit "$status"
}

prepare() {
	mountpoint -q "$DEMO/drive" 2>/dev/null && fusermount3 -u "$DEMO/drive"
	rm -rf "$DEMO"
	mkdir -p "$DEMO/drive" "$DEMO/state" "$DEMO/empty" "$DEMO/people"
	cat >"$DEMO/env" <<-END
		# Sourced by who wants to type the demo's commands himself.
		export PATH=$BUILD:$BUILD/tests/helpers:$SRC/tests/demo:\$PATH CHANCERY_ARCHIVE=$DEMO/archive XDG_CONFIG_HOME=$DEMO/state XDG_STATE_HOME=$DEMO/state
		export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null TZ=UTC LC_ALL=C.UTF-8
		as() { GNUPGHOME=$DEMO/people/\$1 "\${@:2}"; }
		cd $DEMO
	END
	# shellcheck disable=SC1091
	. "$DEMO/env"
}

key_of() {
	mkdir -m 700 "people/$1"
	as "$1" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' \
		--quick-generate-key "$2 <$1@example.org>" ed25519 sign never 2>/dev/null
	as "$1" gpg --quiet --armor --export >"$1.asc"
}

write_policy() {
	cat >policy <<-'END'
		Format: 1
		Gap: 604800
		Allow: administrator policy policy
		Allow: administrator person people/**
		Allow: administrator key keys/**
		Allow: administrator seal-enrol seals/*
		Allow: administrator seal-table seals/*
		Allow: employee apply seals/*/applications/**
		Allow: device save files/**
		Allow: device seal-record seals/**
		Level: S-0007 1 manager 1 20
		Level: S-0007 2 director 1 20
	END
}

choose_document() {
	local invoice

	invoice=$(find "$SRC/../shared/data/einvoice" -name '*.xml' 2>/dev/null | sort | sed -n 1p) || :
	DOCUMENT=${DOCUMENT:-$invoice}
	if [ -z "$DOCUMENT" ]; then
		DOCUMENT=$DEMO/contract.txt
		printf 'Contract between Example Ltd and Sample Inc.\nTwelve desks, to be delivered in December.\n' >"$DOCUMENT"
	fi
	NAME=$(basename "$DOCUMENT")
	printf 'export DEMO=%q DOCUMENT=%q NAME=%q\n' "$DEMO" "$DOCUMENT" "$NAME" >>"$DEMO/env"
}

wait_for() {
	local end=$((SECONDS + 60))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || { echo "demo: still not so: $*" >&2; exit 1; }
		sleep 0.05
	done
}

saved_is_registered() {
	git -C archive cat-file -e "main:files/office/$NAME"
}

trap finish EXIT
prepare
choose_document

chapter "Five people with keys of their own; a policy with two levels; an archive"
for person in alice:'Alice Zhang' bob:'Bob Li' carol:'Carol Wu' dave:'Dave Xu' erin:'Erin He'; do
	key_of "${person%%:*}" "${person#*:}"
done
write_policy
show 'cat policy'
show 'as alice chancery-init --name "Example Ltd" --person-name "Alice Zhang" --policy policy archive alice'
show 'as alice people-add --name "Bob Li" --role employee --key ./bob.asc bob'
show 'as alice people-add --name "Carol Wu" --role manager --key ./carol.asc carol'
show 'as alice people-add --name "Dave Xu" --role director --key ./dave.asc dave'
show 'as alice people-add --name "Erin He" --role manager --key ./erin.asc erin'
show 'people-list'

chapter "The seal: a device with a key of its own, and the table of who may decide (simulated: the firmware as a USB device)"
show 'seal-sim --flash flash --display display.pgm --hand auto >seal.env & SIM=$!'
wait_for test -s seal.env
show 'set -a; . ./seal.env; set +a'
show 'as alice seal-enrol S-0007 seal-0007'
show 'as alice seal-table S-0007'

chapter "The drive: saving a file is a signed commit"
show 'as bob env -u LD_PRELOAD chanceryfs -o person=bob drive' # which has to do with files, not with the seal on the cable
show 'mkdir -p drive/files/office'
show 'cp "$DOCUMENT" drive/files/office/'
show 'cp "$DOCUMENT" drive/drop/documents/'
wait_for saved_is_registered
show 'git -C archive log --format="%h %an: %s" -1 --no-merges main -- files'
show 'ls drive drive/files/office drive/history'

chapter "Bob asks for three presses; who may not decide, cannot"
show 'as bob seal-apply --dropped "$NAME" --title "Desks" --reason "contract with Sample Inc." --presses 3 --copy alice S-0007'
export APPLICATION
APPLICATION=$(as bob seal-list | cut -f 1)
echo "export APPLICATION=$APPLICATION" >>"$DEMO/env"
show 'as carol chancery-inbox'
refused 'as bob seal-approve $APPLICATION'
refused 'as dave seal-approve $APPLICATION'
show 'policy-check --explain bob approve $APPLICATION || :'

chapter "Carol hands it to Erin; two levels approve"
show 'as carol seal-transfer --to erin $APPLICATION'
show 'as erin seal-approve $APPLICATION'
show 'as dave seal-approve $APPLICATION'
show 'seal-show $APPLICATION'
show 'cat drive/inbox/* 2>/dev/null | sed -n 1,20p'

chapter "Two presses; each photo is decoded from the picture of the seal's display"
show 'as bob seal-unlock --presses 2 --position 31.2304,121.4737 --camera "camera display.pgm" $APPLICATION'
show 'seal-log S-0007'
show 'chancery-report --week seal'
show 'chancery-report --week --html -o report.html seal && ls -l report.html'

chapter "The rest is withdrawn; a third press is refused by the host, and by the seal itself when a client skips every check of the host"
show 'as dave seal-withdraw $APPLICATION'
refused 'as bob seal-unlock --presses 1 --camera "camera display.pgm" $APPLICATION'
show 'raw-bundle $APPLICATION | frames | cut -c 1-60'
show 'seal-show $APPLICATION'

chapter "The same archive for plain git"
show 'chancery-verify --seals'
mkdir -m 700 auditor
show 'export GNUPGHOME=$DEMO/auditor'
show 'for key in $(git -C archive ls-tree -r --name-only main | grep "\.asc$"); do git -C archive show main:$key | gpg -q --import 2>/dev/null; done'
show 'git -C archive log --format="%h %G? %an: %s" --no-merges main -- seals/S-0007/applications'
show 'git -C archive log --no-merges --show-signature -1 main -- seals/S-0007/applications'
show 'git -C archive log --no-merges --format=%G? main | sort | uniq -c'
unset GNUPGHOME

chapter "The auditor: a tarball in an empty directory, with our tools and without"
show 'chancery-export --output application.tar $APPLICATION'
show 'cd empty && cp ../application.tar . && chancery-verify application.tar'
show 'tar xf application.tar && cd "$(tar tf application.tar | sed -n 1p | cut -d / -f 1)"'
show 'sha256sum --quiet -c SHA256SUMS && echo every file as named'
mkdir -m 700 keyring
show 'export GNUPGHOME=$PWD/keyring; gpg -q --import keys/*.asc 2>/dev/null; gpg --list-keys --with-colons 2>/dev/null | grep -c ^pub'
show 'for act in acts/*.asc; do gpg --quiet --verify $act ${act%.asc}.payload 2>&1 | sed -n "s/.*Good/${act##*/}: Good/p"; done'
show 'git clone -q chain.bundle chain && git -C chain log --show-signature --format="%h %s" | grep -v "WARNING\|There is no\|Primary key\|Signature made\|using EDDSA"'

cd "$DEMO"
chapter "Done: $SHOWN commands in $SECONDS seconds; everything is in $DEMO"
