#!/bin/bash
# timeout: 1800
# One instruction of the seal's image is left out, every one in turn, as it is flashed and on its processor, while a host shows it over USB what it must refuse: no such
# fault energises a coil, or confirms an image on trial. Here some of each scenario; all with SOAK=1, where what was executed and what was left out are the same number.
# Of the cryptographic library some, in a scenario of its own.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../instructions.sh"

images
program=$BUILD/tests/helpers/imageskip image=$BUILD/seal-stm32f405-a.elf
scenarios=(nothing-shown no-approval bad-signature rejected expired another-session own-approval not-seen one-too-many two-sessions tampered power-on on-trial)

instructions_of "$image" >instructions
instructions_of_library "$image" >of-library
[ "$(wc -l <instructions)" -gt 10000 ] || fail 'cannot find the decision code'

check_status 0 "$program" "$BUILD/boot-stm32f405.elf" "$image" instructions "$([ "$SOAK" = 1 ] && echo 1 || echo 509)" 0 "${scenarios[@]}"
cat out
instructions_in "$image" arm press file end_session memory_{put,find}_application record_{write,read}_application >counting
check_status 0 "$program" "$BUILD/boot-stm32f405.elf" "$image" counting 1 0 one-too-many two-sessions
cat out
instructions_in "$image" memory_boot read_journal journal_open apply >remembering
check_status 0 "$program" "$BUILD/boot-stm32f405.elf" "$image" remembering 1 0 one-too-many
cat out
check_status 0 "$program" "$BUILD/boot-stm32f405.elf" "$image" of-library "$([ "$SOAK" = 1 ] && echo 101 || echo 5003)" 0 library
cat out

# Control: an image that does not heed its second judgement is found to be too weak, by what is left out of the first.
branch=$(arm-none-eabi-objdump -d --disassemble=seal_answer "$image" |
	awk '/<bundle_judge_again>/ { on = !found++; next } on && $3 ~ /^(b(ne|eq)|cbn?z)/ { sub(":", "", $1); print $1; on = 0 }')
instructions_in "$image" bundle_judge >first
check_status 1 "$program" "$BUILD/boot-stm32f405.elf" "$image" first 1 "$branch" rejected
check_has out '  energised without the instruction at 0x'
