#!/bin/bash
# What is said about a seal itself: of this seal, of its present device and epoch, in turn, each but once, and by whom the policy lets. A device that takes another's place names
# it and begins anew; what releases a die is for one session.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
office_allows 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*' 'administrator seal-retire seals/*' 'administrator seal-clock seals/*' \
	'administrator die-release seals/*'
seal=seals/S-0007
# says KIND [KEY=VALUE]...: alice, about S-0007 and its present device unless told
epoch=1 device=seal-0007
says() { as "${by:-alice}" forge act "$1" "$seal" Seal=S-0007 Device="$device" Epoch="$epoch" "${@:2}"; }
kinds=('seal-suspend Version=1 Reason=x' 'seal-retire Counter=0 Reason=x' "seal-clock Until=$(date -u -d +1day +%FT%TZ)" "die-release Nonce=$(printf %032d 7) Not-After= Reason=x")

# For another seal, device, epoch; by somebody whom the policy does not let; about a seal that there is not.
for kind in "${kinds[@]}"; do
	read -ra words <<<"$kind"
	refused WRONG-SEAL 'Seal and Subject differ' "$(says "${words[@]}" Seal=S-0008)"
	refused WRONG-DEVICE "the device of seal 'S-0007' is 'seal-0007'" "$(says "${words[@]}" Device=seal-0008)"
	refused WRONG-EPOCH "the epoch of seal 'S-0007' is 1" "$(says "${words[@]}" Epoch=2)"
	refused NOT-ALLOWED "no line of the policy allows 'bob' (roles: employee) to ${words[0]} '$seal'" "$(by=bob says "${words[@]}")"
done
refused WRONG-SUBJECT "there is no 'seals/S-0009'" "$(as alice forge act seal-suspend seals/S-0009 Seal=S-0009 Device=seal-0009 Epoch=1 Version=1 Reason=x)"
# About what is no seal at all.
for kind in "${kinds[@]}"; do
	read -ra words <<<"$kind"
	refused WRONG-SUBJECT "'${words[0]}' is not about things like 'policy'" "$(seal=policy says "${words[@]}")"
done

# Suspended and resumed in turn: neither is skipped, nor said again with a number of before.
suspend() { says seal-suspend Version="$1" Reason=x; }
resume() { says seal-resume Version="$1" Reason=x; }
refused OUT-OF-ORDER "seal 'S-0007' is not suspended" "$(resume 1)"
refused WRONG-VERSION 'version 2 does not follow version 0' "$(suspend 2)"
accepted "$(suspend 1)"
refused OUT-OF-ORDER "seal 'S-0007' is suspended already" "$(suspend 2)"
refused WRONG-VERSION 'version 1 does not follow version 1' "$(resume 1)"
accepted "$(resume 2)"
refused WRONG-VERSION 'version 1 does not follow version 2' "$(suspend 1)"

# A release that is for no session would be for each.
refused WRONG-NONCE 'a release is for the session of the device whose nonce it names' "$(says die-release Nonce= Not-After= Reason=x)"
accepted "$(says die-release Nonce="$(printf %032d 7)" Not-After= Reason=x)"

# Another device: not beside the present one, whose receipts are counted when it goes; then the next epoch, behind that very one.
pgp create next 'seal-0007b <seal-0007b@example.org>'
pgp certificate next >next.asc
# enrols EPOCH DEVICE PREDECESSOR [COUNTER [SUBJECT SEAL]]
enrols() {
	as alice forge act -f "device.$1.asc=next.asc" seal-enrol "${5:-$seal}" Seal="${6:-S-0007}" Device="$2" Epoch="$1" Counter="${4:-0}" Predecessor="$3" \
		Device-Key="$(pgp key next.asc | cut -d ' ' -f 3)" Board=paper Image-SHA256="$(sha256sum </dev/null | cut -c 1-64)"
}
refused CONFLICT "seal 'S-0007' is enrolled already" "$(enrols 2 seal-0007b seal-0007)"
for counter in 1 18446744073709551615; do refused WRONG-CONTENT 'the last receipt that is recorded is 0' "$(says seal-retire Counter=$counter Reason=lost)"; done
accepted "$(says seal-retire Counter=0 Reason=lost)"
for kind in "${kinds[@]}"; do
	read -ra words <<<"$kind"
	refused RETIRED "device 'seal-0007' of seal 'S-0007' was retired" "$(says "${words[@]}")"
done
for other in 0 3; do refused WRONG-EPOCH 'epoch 2 comes next' "$(enrols $other seal-0007b seal-0007)"; done
for other in '' seal-0008; do refused WRONG-DEVICE "Predecessor is not 'seal-0007'" "$(enrols 2 seal-0007b "$other")"; done
refused CONFLICT "'seal-0007' is the device of a seal already" "$(enrols 2 seal-0007 seal-0007)"
refused WRONG-CONTENT 'a new device begins with counter 0' "$(enrols 2 seal-0007b seal-0007 1)"
for other in 0 2; do refused WRONG-EPOCH 'a new seal begins with epoch 1' "$(enrols $other seal-0009 '' 0 seals/S-0009 S-0009)"; done
refused WRONG-SEAL 'Seal and Subject differ' "$(enrols 1 seal-0009 '' 0 seals/S-0009 S-0008)"
accepted "$(enrols 2 seal-0007b seal-0007)"
