/* Sets the time of day of a process apart from the machine's: by so many seconds as the file named in CLOCK_AHEAD says, as a
   binary long, at any moment. The time that passes (CLOCK_MONOTONIC, CLOCK_BOOTTIME) is left alone, as it is by whoever sets a
   clock. Declared here, not included, so that a compiler alone is enough. Linux, 64 bit. */

typedef struct { long sec, nsec; } moment; /* struct timespec, struct timeval */

long syscall(long number, ...);
char *getenv(const char *name);
int open(const char *path, int flags, ...);
int close(int file);
void *mmap(void *at, unsigned long length, int protection, int flags, int file, long offset);
void *dlsym(void *handle, const char *name);
void *dlvsym(void *handle, const char *name, const char *version);

#ifdef __x86_64__
enum { SYS_CLOCK_GETTIME = 228 };
#define TIMEDWAIT_VERSION "GLIBC_2.3.2"
#else
enum { SYS_CLOCK_GETTIME = 113 };
#define TIMEDWAIT_VERSION "GLIBC_2.17"
#endif
enum { REALTIME = 0, REALTIME_COARSE = 5, PROT_READ = 1, MAP_SHARED = 1, O_CLOEXEC = 02000000 };
#define NEXT ((void *)-1L)
#define FAILED ((void *)-1L)
#define A_TIME_OF_DAY 500000000L /* no machine has been up for 15 years */

static const volatile long nothing = 0;
static const volatile long *ahead;

static long ahead_s(void) {
    if (!ahead) {
        const char *path = getenv("CLOCK_AHEAD");
        int file = path ? open(path, O_CLOEXEC) : -1;
        void *mapped = file < 0 ? FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
        if (file >= 0) close(file);
        ahead = mapped == FAILED ? &nothing : mapped;
    }
    return *ahead;
}

int clock_gettime(int clock, moment *now) {
    int failed = (int)syscall(SYS_CLOCK_GETTIME, clock, now);
    if (!failed && (clock == REALTIME || clock == REALTIME_COARSE)) now->sec += ahead_s();
    return failed;
}

int gettimeofday(moment *now, void *zone) {
    int failed = clock_gettime(REALTIME, now);
    now->nsec /= 1000;
    return failed;
}

long time(long *out) {
    moment now;
    clock_gettime(REALTIME_COARSE, &now);
    if (out) *out = now.sec;
    return now.sec;
}

/* Waits until a time of day: the kernel knows of no other than its own. */
static moment of_the_kernel(const moment *until) {
    moment its = *until;
    if (its.sec > A_TIME_OF_DAY) its.sec -= ahead_s();
    return its;
}

int pthread_cond_timedwait(void *condition, void *mutex, const moment *until) {
    static int (*real)(void *, void *, const moment *);
    moment its = of_the_kernel(until);
    if (!real) real = dlvsym(NEXT, "pthread_cond_timedwait", TIMEDWAIT_VERSION);
    return real(condition, mutex, &its);
}

int sem_timedwait(void *semaphore, const moment *until) {
    static int (*real)(void *, const moment *);
    moment its = of_the_kernel(until);
    if (!real) real = dlsym(NEXT, "sem_timedwait");
    return real(semaphore, &its);
}
