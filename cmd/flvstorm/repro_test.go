package main

import (
	"testing"

	"github.com/spf13/pflag"
)

// TestRepro: the command that repeats a run can be typed as it stands, and holds nothing that lets somebody in.
func TestRepro(t *testing.T) {
	args := []string{
		"chaos", "--exec", "objs/srs -e --password hunter2", "--exec-env", "API_TOKEN=hunter2 hunter2", "--exec-env=DB_KEY=hunter2",
		"--exec-env", "SRS_LISTEN=127.0.0.1:1", "--log-cmd", `curl -H "Authorization: Bearer hunter2" http://h/log`,
		"--header", "X: hunter2", "--header=Y: hunter2", "--out", "run", "--out=run", "--api", "http://me:hunter2@h/", "--quiet",
	}
	const want = "flvstorm chaos --exec 'objs/srs -e --password ***' --exec-env 'API_TOKEN=***' '--exec-env=DB_KEY=***' " +
		"--exec-env SRS_LISTEN=127.0.0.1:1 --log-cmd 'curl -H \"Authorization: ***\" http://h/log' --header 'X: ***' '--header=Y: ***' " +
		"--api 'http://***@h/' --quiet --seed 7"
	flags := runFlags{flags: pflag.NewFlagSet("chaos", pflag.ContinueOnError)}
	flags.flags.Int64Var(&flags.spec.Load.Seed, "seed", 7, "")
	if got := reproOf(args, &flags); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
