package main

import (
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/load/target"
)

// reproOf is the command that repeats the run: the arguments as they were given, credentials and the values of headers masked,
// and the seed.
// --out is left out, for a run never overwrites another.
func reproOf(args []string, flags *runFlags) string {
	words := []string{"flvstorm"}
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--out":
			i++
		case strings.HasPrefix(args[i], "--out="):
		case args[i] == "--header" && i+1 < len(args):
			i++
			words = append(words, "--header", quote(target.MaskHeader(args[i])))
		case strings.HasPrefix(args[i], "--header="):
			words = append(words, quote("--header="+target.MaskHeader(strings.TrimPrefix(args[i], "--header="))))
		default:
			words = append(words, quote(foreign.Mask(args[i])))
		}
	}
	if !flags.given("seed") {
		words = append(words, "--seed", strconv.FormatInt(flags.spec.Load.Seed, 10))
	}
	return strings.Join(words, " ")
}

// quote makes one word of a shell's of arg.
func quote(arg string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%"
	if arg != "" && strings.Trim(arg, safe) == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
