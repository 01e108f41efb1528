#!/bin/bash
# An approver who signs an approval and a rejection of the same application, and shows one of them to each: what is registered first holds, by whichever door it comes, and the other
# stands beside it for ever, with his signature and the code for which it does not count. Neither order is a way to undo what was said, or to say it twice.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
both() { # both APPLICATION: made at one moment, on the same ground
	path=seals/S-0007/applications/$(date -u +%Y)/0/$1
	yes=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)
	no=$(as carol forge act reject "$path" Level=1 Role=manager Reason='too dear')
}
# on_record VERDICT KIND...: what a verifier says that carol has done with it, in order
on_record() {
	chancery-verify -v | awk -F '\t' -v path="$path" '$6 == path && $4 == "carol" { print $3, $5 }' >said
	check_output said
}

# The approval first, by a push; the rejection goes to the register itself.
apply bob S-0007
both "$APPLICATION"
accepted "$yes"
refused CONFLICT "another decision was registered first" "$no"
on_record <<'END'
OK approve
CONFLICT reject
END
as bob seal-show "$APPLICATION" >shown
check_has shown "missing	level 2 wants 1 more 'director'"
accepted "$(as dave forge act approve "$path" Level=2 Role=director Presses=1)"

# The rejection first.
apply bob S-0007
both "$APPLICATION"
accepted "$no"
refused REJECTED 'the application was rejected' "$yes"
on_record <<'END'
OK reject
REJECTED approve
END

# Both on one page, by a registrar who lets both count, in either order.
apply bob S-0007
both "$APPLICATION"
before=$(main)
page=$(($(field main Seq) + 1))
yes_id=$(forge id "$yes") no_id=$(forge id "$no")
forge page -a "$yes" -a "$no" >lie
verify_says "CONFLICT: page $page of the register says OK of act $no_id: another decision was registered first"
restore
forge page -a "$no" -a "$yes" >lie
verify_says "REJECTED: page $page of the register says OK of act $yes_id: the application was rejected"
restore
forge page -a "$yes" -x "$no=CONFLICT" >honest
check_status 0 chancery-verify -q
on_record <<'END'
OK approve
CONFLICT reject
END
