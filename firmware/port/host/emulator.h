/*
 * A seal in qemu-system-arm: an image for an MPS2 (firmware/port/mps2/board.h), its cable and its stand each a socket. Its flash lies at the beginning of a file
 * that is the board's memory, and is a process's flash as well.
 */
#ifndef HOST_EMULATOR_H
#define HOST_EMULATOR_H

#include <sys/types.h>

#include "device.h"
#include "stand.h"

enum { EMULATOR_MEMORY = 16 * 1024 * 1024 };

struct emulator {
	struct stand *stand;
	int cable, words;	  /* sockets; words: from and to the stand */
	pid_t pid;
	bool ended;		  /* by itself, which it never should */
	bool stamp_down;	  /* as it was told */
	uint8_t request[FRAME_MAX], said[256];
	size_t len, said_len;	  /* of a request that is still arriving, of a word of the stand's */
};

/*
 * Starts `image` for the processor that its name says, as the device `serial`. False, with errno, when that cannot be done. The emulator ends with this process at the
 * latest; that is pulling the plug.
 */
bool emulator_start(struct emulator *emulator, struct device *device, const char *image, const char *flash_file, const char *serial, uint32_t echo_deadline);

void emulator_stop(struct emulator *emulator);

#endif
