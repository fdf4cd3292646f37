package crash

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// SRS runs each connection on a stack of its own making, on which AddressSanitizer loses its way: it names the instruction
// ("SEGV on unknown address … (pc 0x5598f20e0ea2 …", "heap-use-after-free on address … at pc 0x5589c345dc5b …") and dies of a
// "nested bug" before it has walked the stack. What stands at that instruction can still be found out, for who has seen where
// the binary was loaded.

var (
	// sanitizerPC names the instruction itself in the first form, and in the second the one behind the call of the sanitizer.
	sanitizerPC = regexp.MustCompile(`AddressSanitizer: .*?(\(| at )pc 0x([0-9a-fA-F]{1,16})\b`)
	// symbolAt and lineAt are what gdb says to `info symbol` and `info line`.
	symbolAt = regexp.MustCompile(`(?m)^(.+?)(?: \+ \d+)? in section `)
	lineAt   = regexp.MustCompile(`(?m)^Line (\d+) of "(.+?)" `)
)

// frameOfPC is the one frame that a sanitizer's report names by its instruction.
func frameOfPC(ctx context.Context, c Case) []string {
	address, ok := instruction(c)
	gdb, err := exec.LookPath("gdb")
	if !ok || err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, gdbWithin)
	defer cancel()
	at := fmt.Sprintf("%#x", address)
	said, _ := run(ctx, gdb, []string{"-nx", "-batch", "-iex", "set width 0", "-iex", "set style enabled off",
		"-ex", "info symbol " + at, "-ex", "info line *" + at, c.Program})
	return parseSymbol(said)
}

// parseSymbol reads gdb's answer.
func parseSymbol(said string) []string {
	symbol := symbolAt.FindStringSubmatch(said)
	if symbol == nil {
		return nil
	}
	f := frame{function: withoutArguments(symbol[1])}
	if line := lineAt.FindStringSubmatch(said); line != nil {
		f.place = shorten(line[2] + ":" + line[1])
	}
	return top([]frame{f})
}

// instruction is the address in the binary of the last instruction that a sanitizer named.
func instruction(c Case) (address uint64, ok bool) {
	for i := len(c.Log) - 1; i >= 0 && !ok; i-- {
		if m := sanitizerPC.FindStringSubmatch(c.Log[i]); m != nil {
			pc, err := strconv.ParseUint(m[2], 16, 64)
			if m[1] != "(" && pc > 0 {
				pc--
			}
			address, ok = pc, err == nil
		}
	}
	if !ok || c.Base == 0 || address < c.Base {
		return 0, false
	}
	f, err := os.Open(c.Program)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	var header [18]byte
	if _, err := f.ReadAt(header[:], 0); err != nil || !strings.HasPrefix(string(header[:]), "\x7fELF") {
		return 0, false
	}
	if binary.LittleEndian.Uint16(header[16:]) == positionIndependent {
		address -= c.Base
	}
	return address, true
}

// positionIndependent is ET_DYN, the type of a binary whose addresses count from where it is loaded.
const positionIndependent = 3
