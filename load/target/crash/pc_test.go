//go:build linux

package crash

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// TestPC: where a sanitizer could not walk the stack, the instruction that it names says where it was.
func TestPC(t *testing.T) {
	peertest.Program(t, "gdb")
	const base = 0x5598_0000_0000
	for _, option := range []string{"-pie", "-no-pie"} {
		program := build(t, t.TempDir(), "-fPIE", option)
		f, err := elf.Open(program)
		if err != nil {
			t.Fatal(err)
		}
		symbols, err := f.Symbols()
		f.Close()
		i := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == "on_publish" })
		if err != nil || i < 0 {
			t.Fatalf("%v, %d", err, i)
		}
		c := Case{Program: program, Base: base, Exit: 1}
		pc := symbols[i].Value + 8
		if option == "-pie" {
			pc += base
		} else {
			c.Base = 0x400000
		}
		c.Log = []string{
			fmt.Sprintf("==7==ERROR: AddressSanitizer: SEGV on unknown address 0x38 (pc %#x bp 0x7f sp 0x7f T0)", pc),
			"AddressSanitizer: nested bug in the same thread, aborting.",
		}
		found := Investigate(t.Context(), c)
		access := c
		access.Log = []string{
			fmt.Sprintf("==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60400000f7d8 at pc %#x bp 0x7f sp 0x7f", pc+1),
			"READ of size 8 at 0x60400000f7d8 thread T0",
			"AddressSanitizer: nested bug in the same thread, aborting.",
		}
		if same := Investigate(t.Context(), access); !slices.Equal(same.Frames, found.Frames) {
			t.Errorf("%s: of an access %q, of a signal %q", option, same.Frames, found.Frames)
		}
		if len(found.Frames) != 1 || !strings.HasPrefix(found.Frames[0], "on_publish (testdata/server.c:") {
			t.Errorf("%s: %+v", option, found)
		}
		c.Base = 0
		if found := Investigate(t.Context(), c); len(found.Frames) != 0 {
			t.Errorf("%s, not seen: %q", option, found.Frames)
		}
	}
}

func FuzzParseSymbol(f *testing.F) {
	f.Add("SrsHttpStreamServer::hijack(ISrsHttpMessage*, ISrsHttpHandler**) + 123 in section .text\n" +
		`Line 1180 of "src/app/srs_app_http_stream.cpp" starts at address 0x1 <a> and ends at 0x2.`)
	f.Fuzz(func(t *testing.T, said string) {
		for _, frame := range parseSymbol(said) {
			if len(frame) > maxFrame+len("…") || strings.Contains(frame, "\n") {
				t.Errorf("a frame %q", frame)
			}
		}
	})
}
