package crash

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// gdbWithin bounds one run of gdb.
const gdbWithin = 20 * time.Second

// Marks between the parts of what gdb says.
const (
	markStack   = "=== the stack ==="
	markThreads = "=== all threads ==="
)

// gdbArgs are its options for either use. An argument's text is cut to one character: it may hold a credential.
func gdbArgs(what ...string) []string {
	return append([]string{
		"-nx", "-batch", "-iex", "set pagination off", "-iex", "set width 0", "-iex", "set style enabled off",
		"-iex", "set print elements 1", "-iex", "set print frame-arguments scalars", "-iex", "set backtrace limit 200",
		"-ex", `echo \n` + markStack + `\n`, "-ex", "bt", "-ex", `echo \n` + markThreads + `\n`, "-ex", "thread apply all bt",
	}, what...)
}

// fromCore has gdb read a core file.
func fromCore(ctx context.Context, program, core string) (frames []string, stacks string, notes []string) {
	if _, err := os.Stat(program); err != nil {
		return nil, "", []string{phrase.English.Say(phrase.CrashNoBinary, program)}
	}
	return debug(ctx, program+" "+core, gdbArgs(program, core))
}

// fromProcess has gdb look at a process that runs.
func fromProcess(ctx context.Context, program string, pid int) (frames []string, stacks string, notes []string) {
	args := gdbArgs("-p", strconv.Itoa(pid))
	if _, err := os.Stat(program); err == nil {
		args = append(args, program)
	}
	return debug(ctx, "-p "+strconv.Itoa(pid), args)
}

// debug runs gdb. byHand is how a person would begin the same.
func debug(ctx context.Context, byHand string, args []string) (frames []string, stacks string, notes []string) {
	say := phrase.English.Say
	gdb, err := exec.LookPath("gdb")
	if err != nil {
		return nil, "", []string{say(phrase.CrashNoGDB)}
	}
	ctx, cancel := context.WithTimeout(ctx, gdbWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, gdb, args...)
	cmd.Env = append(os.Environ(), "DEBUGINFOD_URLS=", "LC_ALL=C") // ask nobody on the network, and speak as we read
	cmd.WaitDelay = time.Second
	out := &bounded{most: maxText}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	stacks = readable(out.String())
	frames = parseGDB(stacks)
	switch {
	case ctx.Err() != nil:
		notes = append(notes, say(phrase.CrashGDBSlow, gdbWithin, byHand))
	case strings.Contains(stacks, "Operation not permitted"):
		notes = append(notes, say(phrase.CrashPtrace))
	case len(frames) == 0:
		notes = append(notes, say(phrase.CrashGDBFailed, complaint(stacks, err)))
	}
	if len(frames) > 0 && !named(frames) {
		notes = append(notes, say(phrase.CrashNoSymbols))
	}
	return frames, stacks, notes
}

// complaint is what gdb said last, in one line.
func complaint(said string, err error) string {
	for _, line := range strings.Split(said, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "warning:") {
			return line[:min(len(line), 200)]
		}
	}
	if err == nil {
		err = errors.New("it said nothing")
	}
	return err.Error()
}

// readable takes out of a stranger's text what a terminal would act upon.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r >= 0x80 && r < 0xA0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// bounded is a buffer that takes everything and keeps the first of it.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), b.most-b.Len())])
	return len(p), nil
}
