package phrase

// Sentences about a server that we start: its command line, its life, its readiness, and the dossier of its death.
const (
	ProcessQuotes     ID = "process.quotes"
	ProcessEmpty      ID = "process.empty"
	ProcessShell      ID = "process.shell"
	ProcessSetting    ID = "process.setting"
	ProcessNoDir      ID = "process.no-dir"
	ProcessNoProgram  ID = "process.no-program"
	ProcessNotHere    ID = "process.not-here"
	ProcessNotInPath  ID = "process.not-in-path"
	ProcessIsFolder   ID = "process.is-folder"
	ProcessNoX        ID = "process.not-executable"
	ProcessWrongForm  ID = "process.wrong-form"
	ProcessNoGuard    ID = "process.no-guard"
	ProcessGuardUse   ID = "process.guard-use"
	ProcessGuardShort ID = "process.guard-short"
	ProcessGuardOther ID = "process.guard-other"
	ProcessNoPorts    ID = "process.no-ports"
	ProcessElsewhere  ID = "process.elsewhere"
	ProcessAnswers    ID = "process.answers"
	ProcessSilent     ID = "process.silent"
	ProcessStopFailed ID = "process.stop-failed"
	ProcessSurvives   ID = "process.survives"
	ProcessNoStop     ID = "process.no-stop"
	ProcessNoExamine  ID = "process.no-examine"

	CrashNoGDB      ID = "crash.no-gdb"
	CrashGDBSlow    ID = "crash.gdb-slow"
	CrashGDBFailed  ID = "crash.gdb-failed"
	CrashPtrace     ID = "crash.ptrace"
	CrashNoBinary   ID = "crash.no-binary"
	CrashNoSymbols  ID = "crash.no-symbols"
	CrashPiped      ID = "crash.piped"
	CrashSystemd    ID = "crash.systemd"
	CrashNoCore     ID = "crash.no-core"
	CrashOff        ID = "crash.off"
	CrashLimit      ID = "crash.limit"
	CrashLowered    ID = "crash.lowered"
	CrashNotDumped  ID = "crash.not-dumped"
	CrashOverwrites ID = "crash.overwrites"
	CrashASAN       ID = "crash.asan"
	CrashSaid       ID = "crash.said"
	CrashKilled     ID = "crash.killed"
	CrashNotKept    ID = "crash.not-kept"
	CrashLeftCore   ID = "crash.left-core"

	CrashDied   ID = "crash.died"
	CrashHung   ID = "crash.hung"
	CrashStatus ID = "crash.status"
	CrashFrames ID = "crash.frames"
)

// process is the English of this area.
var process = map[ID]string{
	ProcessQuotes:     "%s %s: a quote or a backslash in it has no end; close the quote",
	ProcessEmpty:      "%s is empty: give the program and its arguments, for example %s 'objs/srs -c my.conf'",
	ProcessShell:      "%s %s: no shell reads this, so %s means nothing in it; put it in quotes if it is meant as it is, or say %s \"sh -c '…'\"",
	ProcessSetting:    "%s %s: %s is a setting of the environment and no program; give it by --exec-env",
	ProcessNoDir:      "--exec-dir %s: there is no such folder",
	ProcessNoProgram:  "cannot start the server %s: there is no program %s (%v)",
	ProcessNotHere:    "cannot start the server %s: there is no program %s, but %s is there: a program is looked for in --exec-dir, as after cd (%v)",
	ProcessNotInPath:  "cannot start the server %s: there is no program of that name in PATH; give its path, such as ./%[1]s (%[2]v)",
	ProcessIsFolder:   "cannot start the server %s: %s is a folder; name the program in it (%v)",
	ProcessNoX:        "cannot start the server %s: %s can't be executed; is it the right file? If so: chmod +x (%v)",
	ProcessWrongForm:  "cannot start the server %s: this machine can't execute it: a script needs #! and its interpreter in the first line, a binary has to be built for this machine (%v)",
	ProcessNoGuard:    "cannot start the server %s: its guard, a second flvstorm, failed (%v)",
	ProcessGuardUse:   "guard is what flvstorm starts to look after a server's process; there is no other use for it",
	ProcessGuardShort: "looks after the process of a server",
	ProcessGuardOther: "there is no guard for processes on this system",
	ProcessNoPorts:    "no free ports between %d and %d on 127.0.0.1: give them yourself, by --publish-url and --play-url",
	ProcessElsewhere:  "the server %s is not ready in time: %v; it listens on %s instead: put its ports into --publish-url and --play-url, or configure it for those; its last words: %s",
	ProcessAnswers:    "%s answers",
	ProcessSilent:     "%s does not answer (%s)",
	ProcessStopFailed: "--exec-stop failed: %v",
	ProcessSurvives:   "stop %s: process %d is still there %v after SIGKILL",
	ProcessNoStop:     "--exec-stop: there is no guard on this system that could run it",
	ProcessNoExamine:  "the process is no longer there",

	CrashNoGDB:      "no stack: gdb is not installed (apt-get install gdb, dnf install gdb)",
	CrashGDBSlow:    "gdb took longer than %v and was stopped; by hand: gdb %s",
	CrashGDBFailed:  "gdb failed: %s",
	CrashPtrace:     "no stack: this user may not look into the process; run as root, or sysctl -w kernel.yama.ptrace_scope=0, or in a container --cap-add SYS_PTRACE",
	CrashNoBinary:   "no stack: the server's binary %s is not there",
	CrashNoSymbols:  "the stack has no names: the binary has no symbols; build with -g and don't strip it",
	CrashPiped:      "no core file: the kernel hands cores to a program (core_pattern is %q); for a file: sysctl -w kernel.core_pattern=core.%%p",
	CrashSystemd:    "no core file: systemd-coredump takes the cores; this one: coredumpctl gdb %d; for a file: sysctl -w kernel.core_pattern=core.%%p",
	CrashNoCore:     "no core file, though the kernel wrote one: it was expected at %s, by core_pattern %q",
	CrashOff:        "no core file: kernel.core_pattern is empty; for a file: sysctl -w kernel.core_pattern=core.%p",
	CrashLimit:      "no core file: the limit on its size is %d bytes, and this user can't raise it; as root: ulimit -Hc unlimited, or docker run --ulimit core=-1",
	CrashLowered:    "no core file: the server itself has turned cores off, as programs built with AddressSanitizer do; to have one: --exec-env ASAN_OPTIONS=disable_coredump=0:handle_segv=0:abort_on_error=1",
	CrashNotDumped:  "no core file: the kernel wrote none; is %s writable for the server, and is there room?",
	CrashOverwrites: "core_pattern %q has no %%p, so the next core will overwrite this one: sysctl -w kernel.core_pattern=core.%%p",
	CrashASAN:       "no core file: AddressSanitizer turns cores off; to have one: --exec-env ASAN_OPTIONS=disable_coredump=0:handle_segv=0:abort_on_error=1",
	CrashSaid:       "it said: %s",
	CrashKilled:     "SIGKILL comes from outside: did the kernel kill it for want of memory (dmesg says so), or somebody else?",
	CrashNotKept:    "the dossier is not whole: %v",
	CrashLeftCore:   "the core is left where it is: %s (%d MB)",

	CrashDied:   "The server's process %d ended: %s.",
	CrashHung:   "The server's process %d did not answer any more. These are its stacks.",
	CrashStatus: "exit status %d",
	CrashFrames: "Where it was, innermost first:",
}
