#!/bin/bash
# timeout: 1800
# One instruction of the seal's image is left out, every one in turn, as it is flashed and on its processor, while a host shows it over USB what it must refuse: no such
# fault energises a coil, or confirms an image on trial. Here some of each scenario; all with SOAK=1, where what was executed and what was left out are the same number.
# Of the cryptographic library some, in a scenario of its own. Most runs end when it is known what they come to (tests/helpers/imagealike.h); some are gone through
# whole, and must come to the same.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../instructions.sh"

images
program=$BUILD/tests/helpers/imageskip image=$BUILD/seal-stm32f405-a.elf
scenarios=(nothing-shown no-approval bad-signature rejected expired another-session own-approval not-seen one-too-many two-sessions tampered power-on on-trial)

instructions_of "$image" >instructions
instructions_of_library "$image" >of-library
[ "$(wc -l <instructions)" -gt 10000 ] || fail 'cannot find the decision code'

# leave_out STATUS INSTRUCTIONS STRIDE WHOLE ALWAYS SCENARIO...
leave_out() {
	check_status "$1" "$program" "$BUILD/boot-stm32f405.elf" "$image" "${@:2}"
	cat out
	! grep -F 'does not come to' out || fail 'a run that ended early comes to something else when it is gone through whole'
}

stride=509 whole=11 stride_of_library=5003
[ "$SOAK" != 1 ] || stride=1 whole=5003 stride_of_library=101
leave_out 0 instructions "$stride" "$whole" 0 "${scenarios[@]}"
instructions_in "$image" arm press file end_session memory_{put,find}_application record_{write,read}_application >counting
leave_out 0 counting 1 101 0 one-too-many two-sessions
instructions_in "$image" memory_boot read_journal journal_open apply >remembering
leave_out 0 remembering 1 101 0 one-too-many
instructions_in "$image" seal_tick lock_with locks_{close,supply} board_{arm,fire,die} coil_{supply,gate,die} pin_{set,output,function} register_{set,get} >moving
leave_out 0 moving 1 1009 0 one-too-many two-sessions
leave_out 0 of-library "$stride_of_library" 11 0 library

# Control: an image that does not heed its second judgement is found to be too weak, by what is left out of the first, whether runs end early or not.
branch=$(arm-none-eabi-objdump -d --disassemble=seal_answer "$image" |
	awk '/<bundle_judge_again>/ { on = !found++; next } on && $3 ~ /^(b(ne|eq)|cbn?z)/ { sub(":", "", $1); print $1; on = 0 }')
instructions_in "$image" bundle_judge >first
leave_out 1 first 1 1 "$branch" rejected
check_has out '  energised without the instruction at 0x'
