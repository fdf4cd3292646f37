package target

import (
	"syscall"

	"golang.org/x/sys/windows"
)

var (
	refused     = []syscall.Errno{windows.WSAECONNREFUSED}
	reset       = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENOTCONN, windows.WSAESHUTDOWN}
	unreachable = []syscall.Errno{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN}

	noDescriptors = []syscall.Errno{windows.WSAEMFILE, windows.ERROR_TOO_MANY_OPEN_FILES}
	noPorts       = []syscall.Errno{windows.WSAEADDRNOTAVAIL}
	noMemory      = []syscall.Errno{windows.WSAENOBUFS, windows.ERROR_NOT_ENOUGH_MEMORY}
	noSpace       = []syscall.Errno{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}
)
