/* Preloaded: the process dies in the middle of its write number $TEAR, half of which reaches the file.
 * Without $TEAR it counts its writes into the file $COUNT. Only writes of whole pages at a place are counted:
 * those of the store, not those of its log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t (*write_at)(int, const void *, size_t, off_t);

static atomic_long seen;

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", atomic_load(&seen));
        fclose(file);
    }
}

static ssize_t perhaps_half(int fd, const void *from, size_t size, off_t at) {
    write_at whole = (write_at)dlsym(RTLD_NEXT, "pwrite64");
    const char *fatal = getenv("TEAR");
    if (size >= 4096 && atomic_fetch_add(&seen, 1) == (fatal ? atol(fatal) : -1)) {
        whole(fd, from, size / 2, at);
        kill(getpid(), SIGKILL);
    }
    return whole(fd, from, size, at);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return perhaps_half(fd, from, size, at); }
ssize_t pwrite64(int fd, const void *from, size_t size, off_t at) { return perhaps_half(fd, from, size, at); }
