package main

import (
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/load/target"
)

// reproOf is the command that repeats the run: the arguments as they were given, credentials and the values of headers masked,
// and the seed. What says where results go is left out: a run never overwrites another, and its results should not either.
func reproOf(args []string, flags *runFlags) string {
	masks := map[string]func(string) string{"--header": target.MaskHeader, "--exec-env": foreign.MaskSetting}
	words := []string{"flvstorm"}
	for i := 0; i < len(args); i++ {
		flag, value, joined := strings.Cut(args[i], "=")
		mask := masks[flag]
		switch {
		case results[flag] && joined:
		case results[flag]:
			i++
		case mask != nil && joined:
			words = append(words, quote(flag+"="+mask(value)))
		case mask != nil && i+1 < len(args):
			i++
			words = append(words, flag, quote(mask(args[i])))
		default:
			words = append(words, quote(foreign.MaskCommand(args[i])))
		}
	}
	if !flags.given("seed") {
		words = append(words, "--seed", strconv.FormatInt(flags.spec.Load.Seed, 10))
	}
	return strings.Join(words, " ")
}

// results are the flags that say where results go.
var results = map[string]bool{"--out": true, "--json": true, "--junit": true}

// quote makes one word of a shell's of arg.
func quote(arg string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%"
	if arg != "" && strings.Trim(arg, safe) == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
