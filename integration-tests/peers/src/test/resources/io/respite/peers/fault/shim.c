/* Stands between a program and the C library, and lets writing to some files go wrong.

   RESPITE_FAULT_FILES    part of the paths that are meant
   RESPITE_FAULT_CONTROL  a file; while it exists, its first word is the fault:
                            short   write(2) takes half of what it is given
                            eio     fdatasync(2) and fsync(2) fail with EIO
   RESPITE_FAULT_MARK     a file that is made when a fault has happened */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int meant(int file) {
  const char *part = getenv("RESPITE_FAULT_FILES");
  char link[64];
  char path[4096];
  ssize_t length;
  if (part == NULL) {
    return 0;
  }
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  length = readlink(link, path, sizeof path - 1);
  if (length < 0) {
    return 0;
  }
  path[length] = '\0';
  return strstr(path, part) != NULL;
}

static int fault(const char *word) {
  const char *control = getenv("RESPITE_FAULT_CONTROL");
  char text[16];
  ssize_t length;
  int file;
  if (control == NULL || (file = open(control, O_RDONLY)) < 0) {
    return 0;
  }
  length = read(file, text, sizeof text - 1);
  close(file);
  if (length < 0) {
    return 0;
  }
  text[length] = '\0';
  return strncmp(text, word, strlen(word)) == 0;
}

static void mark(void) {
  const char *path = getenv("RESPITE_FAULT_MARK");
  if (path != NULL) {
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    if (file >= 0) {
      close(file);
    }
  }
}

ssize_t write(int file, const void *bytes, size_t count) {
  if (count > 1 && fault("short") && meant(file)) {
    mark();
    count /= 2;
  }
  return syscall(SYS_write, file, bytes, count);
}

int fdatasync(int file) {
  if (fault("eio") && meant(file)) {
    mark();
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_fdatasync, file);
}

int fsync(int file) {
  if (fault("eio") && meant(file)) {
    mark();
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_fsync, file);
}
