//go:build !windows

package target

import "syscall"

var (
	refused     = []syscall.Errno{syscall.ECONNREFUSED}
	reset       = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ENOTCONN, syscall.ESHUTDOWN}
	unreachable = []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN}

	noDescriptors = []syscall.Errno{syscall.EMFILE, syscall.ENFILE}
	noPorts       = []syscall.Errno{syscall.EADDRNOTAVAIL}
	noMemory      = []syscall.Errno{syscall.ENOMEM, syscall.ENOBUFS}
	noSpace       = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT}
)
