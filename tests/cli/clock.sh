#!/bin/bash
# A registrar whose clock runs ahead: what he writes cannot be taken back, so he does not write where that can be seen. (Behind: tests/unit/clock.c.)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"

office
sed 's/^Gap: .*/Gap: 3600/' "$TEST_DIR/policy" >short
as alice policy-set -q short
library=$(dpkg -L libfaketime | grep '/libfaketime\.so\.1$')

# Neither the last page nor any act is new. With one that is, the old one is on record as refused.
act=$(as alice forge act -f rules.3="$TEST_DIR/policy" policy policy Version=3 Time="$(date -u -d '-2 hours' +%FT%TZ)")
before=$(main)
check_status 75 env LD_PRELOAD="$library" FAKETIME=+2h forge register "$act"
check_output err <<<'forge: by the clock of this machine every act, and the last page, is more than 3600 seconds old; is it right?'
[ "$before" = "$(main)" ] || fail 'registered all the same'
as alice policy-set -q "$TEST_DIR/policy"
forge register "$act" >verdict
check_output verdict <<<"WRONG-PREVIOUS	Previous-SHA256 and parent are not the latest act of 'policy'"
check_status 0 chancery-verify -q
