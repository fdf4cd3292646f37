/* A server that dies, or hangs, in the way that it is told: where it was has to be found out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void mount_stream(char *pattern, const char *secret)
{
    char *freed = malloc(16);
    if (!strcmp(secret, "none"))
        return;
    if (!strcmp(pattern, "abort"))
        abort();
    if (!strcmp(pattern, "hang")) {
        puts("hangs");
        fflush(stdout);
        for (;;)
            pause();
    }
    if (!strcmp(pattern, "use after free")) {
        free(freed);
        freed[3] = 1;
    }
    *(volatile int *)8 = 1;
}

static void on_publish(char *pattern, const char *token)
{
    mount_stream(pattern, token);
    puts("not reached");
}

int main(int argc, char **argv)
{
    (void)argc;
    on_publish(argv[1], "hunter2");
    return 0;
}
