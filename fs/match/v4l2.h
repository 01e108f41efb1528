/*
 * A camera of the kernel (Video4Linux, linux/videodev2.h) as a stream of JPEG pictures: those that the camera makes itself, or else made of its YUYV pictures, which those on
 * USB have at least. The only file that knows its calls.
 */
#ifndef CH_V4L2_H
#define CH_V4L2_H

/*
 * Writes the pictures of a device to a file descriptor, the newest whenever the reader is ready for one, until it cannot go on: the number of the error, EPIPE when
 * nobody reads any more. For a process of its own.
 */
int ch_v4l2_stream(const char *device, int out);

/* That number in words, for the person who has the camera before him. */
const char *ch_v4l2_reason(int error);

#endif
