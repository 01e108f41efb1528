#!/bin/bash
# firmware/stack says the deepest stack of an image from its instructions, to the octet, and refuses what it cannot say.
. "$(dirname "$0")/../lib.sh"

command -v arm-none-eabi-gcc >/dev/null || skip 'no compiler for the seal; make deps-firmware installs it'
: >nobody
printf '# a comment\nmiddle\n' >pointers

# deepest POINTERS: of the functions on standard input, and those that every image has: a timer's interrupt of 8 octets, an end of 16.
deepest() {
	{
		echo '.syntax unified; .thumb; .cpu cortex-m4'
		define on_systick 'push {r4, lr}' 'pop {r4, pc}'
		define board_halt 'push {r4, r5, r6, lr}' 'b .'
		cat
	} >image.s
	arm-none-eabi-gcc -nostdlib -Wl,-e,reset -Wl,--no-warn-rwx-segments -o image.elf image.s
	arm-none-eabi-objdump -d image.elf | "$SRC/firmware/stack" "$1" -
}

define() {
	printf '.global %s\n.type %s, %%function\n.thumb_func\n%s:\n' "$1" "$1" "$1"
	printf '%s\n' "${@:2}"
}

leaf() {
	define leaf 'push {r4-r7, lr}' 'sub sp, #108' 'add sp, #108' 'pop {r4-r7, pc}'
}

# 8 of reset, 4 + 12 of middle, 20 + 108 of leaf; the interrupts: 36 + 8, 36 + 16. What is behind a tail call has no frame below it.
{ define reset 'push {r7, lr}' 'bl middle' 'b .'; define middle 'str lr, [sp, #-4]!' 'sub.w sp, sp, #12' 'bl leaf' 'add sp, #12' 'ldr lr, [sp], #4' 'b.w last'
  define last 'sub sp, #40' 'add sp, #40' 'bx lr'; leaf; } >program
check_status 0 deepest nobody <program
check_has out 'stack 248' '  leaf 128'

# By a pointer, from one arm of a branch.
{ define reset 'push {r7, lr}' 'cbz r0, 1f' 'blx r3' '1: b .'; define middle 'push {r4, lr}' 'bl leaf' 'pop {r4, pc}'; leaf; } >program
check_status 0 deepest pointers <program
check_has out 'stack 240'
echo 'middle elsewhere' >others
check_status 1 deepest others <program
check_status 1 deepest nobody <program
check_has err 'stack: reset: calls by a pointer, and nobody is named for that'
{ define reset 'push {r7, lr}' 'ldr r3, =leaf' 'blx r3' 'b .'; define middle 'bx lr'; leaf; } >program
check_status 1 deepest pointers <program
check_has err 'stack: the address of leaf is taken'

# Who is reached by a table of branches only.
{ define reset 'push {r7, lr}' 'tbb [pc, r0]' '.byte 1, 3' '1: b 1b' 'bl leaf' 'b 1b'; leaf; } >program
check_status 0 deepest nobody <program
check_has out 'stack 232'
{ define reset 'push {r7, lr}' 'ldr pc, [r2, r0, lsl #2]' '1: b 1b' 'bl leaf' 'b 1b'; leaf; } >program
check_status 0 deepest nobody <program
check_has out 'stack 232'

{ define reset 'bl leaf' 'b .'; define leaf 'push {r4, lr}' 'bl other' 'pop {r4, pc}'; define other 'push {r4, lr}' 'bl leaf' 'pop {r4, pc}'; } >program
check_status 1 deepest nobody <program
check_has err 'stack: recursion in leaf'

{ define reset 'sub sp, sp, r2' 'b .'; } >program
check_status 1 deepest nobody <program
check_has err 'stack: reset: a frame whose size is not in the code'

{ define reset 'mov sp, r2' 'b .'; } >program
check_status 1 deepest nobody <program
check_has err 'stack: reset: the stack is changed in another way'

{ define reset 'mov pc, r2' 'b .'; } >program
check_status 1 deepest nobody <program
check_has err 'stack: reset: goes on in a way that is not understood'
