#!/bin/bash
# The link is cut in the middle of a push, after so many bytes, on the way there or on the way back: nothing is lost, and nothing is registered twice.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

# In ssh's place: carries at most $there bytes of a push to the register, and $back from it, and ends as ssh does when the link is cut; what serves
# may live longer, and holds `served` as long. dd hands on each byte at once; head would keep them while the other side waits for them.
cat >"$PWD/link" <<END
#!/bin/bash
. "$PWD/limits"
serve() { env -i PATH="$PATH" HOME="$HOME" sh -c "\$1"; }
exec 3<&0 9>>"$PWD/served"
flock -s 9
case "\$there \$2" in
'all '* | *upload-pack*) serve "\$2" ;;
*) exec dd bs=1 count="\$back" status=none < <(dd bs=1 count="\$there" status=none <&3 | serve "\$2") 9>&- ;;
esac
END
# This one ends, and leaves behind who holds our pipe open and speaks on until nobody listens.
cat >chatter <<-'END'
	#!/bin/bash
	yes 'still here' >&2 &
	exit 1
END
chmod +x link chatter
limit() { printf 'there=%s back=%s\n' "$1" "$2" >limits; }

# ends STATUS... -- COMMAND...: with one of these, and long before git would be given up: what it runs, it runs under `timeout`.
ends() {
	local status=0 expected=

	while [ "$1" != -- ]; do expected="$expected $1 "; shift; done
	shift
	at desk "$@" >out 2>err || status=$?
	[[ $expected == *" $status "* ]] || fail "exit status $status with there=$there back=$back: $*: $(cat err)"
}

# again: the whole link carries what waits, at once or when the register is done with the push that was cut.
again() {
	limit all all
	ends 0 75 -- timeout 60 chancery-sync
	flock served true
	ends 0 -- timeout 60 chancery-sync
	[ -z "$(git -C "$TEST_DIR/desk" for-each-ref refs/acts/)" ] || fail "something still waits after there=$there back=$back"
}

office_seals S-0007
serve
export GIT_SSH_COMMAND=$PWD/link GIT_SSH_VARIANT=simple
limit all all
chancery-clone -q "ssh://office$server" "$TEST_DIR/desk" 2>/dev/null
admit desk d2
there=all back=all
again

# There: without a word, within the commands, within the pack. Back: without a word, within the references, git's report, the verdict, the promise.
n=0
while read -r there back; do
	n=$((n + 1))
	limit "$there" "$back"
	echo "letter $n" >letter.txt
	ends 75 -- as bob timeout 60 seal-apply --reason "letter $n" --document letter.txt S-0007
	act_of out >>signed
	again
done <<-END
	0 9999
	100 9999
	400 9999
	1000 9999
	9999 0
	9999 100
	9999 200
	9999 300
	9999 500
END

there=none back=none
echo 'the last letter' >letter.txt
GIT_SSH_COMMAND=$PWD/chatter ends 75 -- as bob timeout 60 seal-apply --reason 'the last letter' --document letter.txt S-0007
act_of out >>signed
GIT_SSH_COMMAND=$PWD/chatter ends 75 -- timeout 60 chancery-sync
again

check_status 0 chancery-verify -v
awk -F '\t' '$5 == "apply" { print $2 }' out >registered
check_output registered <signed
[ -z "$(git -C "$server" for-each-ref refs/acts/)" ] || fail 'acts wait in the register for ever'
