#include <linux/watchdog.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * In the guard that tests run with a plain file in the device's place: what the kernel would be asked stands in that
 * file, between what was written to it.
 */
int watchdog_ioctl(int fd, unsigned long request, void *argument) {
    char text[24];
    if (request == WDIOC_GETSUPPORT) {
        struct watchdog_info info = {.options = WDIOF_SETTIMEOUT | WDIOF_MAGICCLOSE | WDIOF_KEEPALIVEPING,
                .identity = "file of a test"};
        memcpy(argument, &info, sizeof info);
        return 0;
    }
    int length = snprintf(text, sizeof text, "[%d]", request == WDIOC_SETTIMEOUT ? *(int *)argument : -1);
    return write(fd, text, (size_t)length) == length ? 0 : -1;
}
