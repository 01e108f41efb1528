/* A seal in this process: the core on a board of ours. */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include "board.h"
#include "device.h"

/* Power-on. The board must outlive the device. */
void process_start(struct device *device, struct board *board);

#endif
