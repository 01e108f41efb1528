#!/bin/bash
# What a drive saves for the people who use it names them, on its word: who could not have saved there is not named, and nobody else speaks for others.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../saves.sh"

office
office_allows 'employee save files/lib' 'director drop files/lib'
export SAVES=deposit
office_apart north
accepted "$(made north 1 a=1 For=bob)"
office_apart south
accepted "$(made south 1 a=2 For='bob dave frank')"
office_apart west
may="no line of the policy lets 'carol', for whom it is, save in 'files/lib'"
refused NOT-ALLOWED "$may" "$(made west 1 a=3 For=carol)"
refused NOT-ALLOWED "$may" "$(made west 2 a=3 For='bob carol')"
refused NOT-ALLOWED "${may/carol/nobody}" "$(made west 3 a=3 For=nobody)"

# A person saves himself, under the same policy; the drive, for nobody, as ever.
tree=$(git -C "$CHANCERY_ARCHIVE" rev-parse "$(made west 5 a=3 For=bob)^{tree}")
keys=(Journal="$(printf bob | sha256sum | cut -c 1-32) 1" Changes-SHA256="$(field "$(made west 5 a=3 For=bob)" Changes-SHA256)")
refused WRONG-ROLE "only a drive's key saves for others; who has a key of his own saves himself" "$(as bob forge act -t "$tree" deposit files/lib "${keys[@]}" For=frank)"
refused WRONG-ROLE "only a drive's key saves for others; who has a key of his own saves himself" "$(as bob forge act -t "$tree" deposit files/lib "${keys[@]}" For=bob)"
SAVES=save accepted "$(SAVES=save made west 6 a=3)"
