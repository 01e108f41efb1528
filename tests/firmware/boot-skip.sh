#!/bin/bash
# timeout: 600
# One instruction of the boot stage is left out, every one in turn, as it is flashed and on its processor, while what lies in the slots must not start: no such fault
# starts it. Here some of each scenario; all with SOAK=1, where what was executed and what was left out are the same number.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../instructions.sh"

images
program=$BUILD/tests/helpers/bootskip stage=$BUILD/boot-stm32f405.elf

# But for the cryptographic library: what it says is asked twice.
instructions_of "$stage" >instructions
[ "$(wc -l <instructions)" -gt 800 ] || fail 'cannot find the decision code'

check_status 0 "$program" "$stage" instructions "$([ "$SOAK" = 1 ] && echo 1 || echo 13)"
cat out

# Control: a stage without its second judgement is found to be too weak.
branch=$(arm-none-eabi-objdump -d --disassemble=main "$stage" | awk '/<slots_judge>/ { on = !found++; next } on && $3 ~ /^b(ne|eq)/ { sub(":", "", $1); print $1; on = 0 }')
check_status 1 "$program" "$stage" instructions 13 "$branch"
check_has out '  started without the instruction at 0x'
