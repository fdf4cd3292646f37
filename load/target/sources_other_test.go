//go:build !linux

package target

import (
	"net"
	"testing"
)

func bindsAtConnect(*testing.T, net.Conn) {}
