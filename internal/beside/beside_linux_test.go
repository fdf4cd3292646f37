package beside

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair is a player on a server.
type pair struct{ server, player string }

// scene is what is measured in one run, every pair of it in each of its rounds.
type scene struct {
	name    string
	bitrate int
	players int
	rounds  int
	settle  time.Duration // after the last player has got something: the pictures that were cached have gone by then
	window  time.Duration // how long it is measured
	pairs   []pair
	needs   string // a variable of the environment without which the scene is left out
}

// on returns pairs of one server.
func on(server string, players ...string) []pair {
	var all []pair
	for _, p := range players {
		all = append(all, pair{server, p})
	}
	return all
}

// scenes are what docs/performance.md tells.
var scenes = []scene{
	{
		name: "300x2M", bitrate: 2_000_000, players: 300, rounds: 5, settle: 500 * time.Millisecond, window: 2 * time.Second,
		pairs: slices.Concat(on("srs", everybody...), on("embedded", few...), on("node-media-server", few...)),
	},
	{
		name: "300x64k", bitrate: 64_000, players: 300, rounds: 5, settle: 500 * time.Millisecond, window: 2 * time.Second,
		pairs: slices.Concat(on("srs", few...), on("embedded", few...)),
	},
	{
		name: "300x8M", bitrate: 8_000_000, players: 300, rounds: 5, settle: 500 * time.Millisecond, window: 2 * time.Second,
		pairs: slices.Concat(on("srs", few...), on("embedded", few...)),
	},
	{
		name: "8000x50k", bitrate: 50_000, players: 8_000, rounds: 5, settle: 2 * time.Second, window: 4 * time.Second,
		pairs: on("srs", "bare", "crowd", "sb_http_load"),
	},
	{
		name: "18000x50k", bitrate: 50_000, players: 18_000, rounds: 1, settle: 3 * time.Second, window: 10 * time.Second,
		pairs: on("embedded-350ms", "crowd", "bare"),
	},
	// What a change of the embedded server does to the cost of its fan-out; nothing without another build of it.
	{
		name: "change", bitrate: 2_000_000, players: 300, rounds: 5, settle: 500 * time.Millisecond, window: 2 * time.Second,
		pairs: slices.Concat(on("srs", "bare"), on("embedded", "bare"), on("embedded-before", "bare")), needs: ourBefore,
	},
}

var (
	everybody = []string{"bare", "crowd", "crowd-goroutines", "scanned", "net/http", "sb_http_load"}
	few       = []string{"bare", "crowd", "net/http"}
)

// figure is one measurement of a pair.
type figure struct {
	perGB       float64 // ms of CPU of the players, a GB received
	serverPerGB float64 // and of the server, a GB sent
	mbit        float64 // received a second
	memory      float64 // bytes a player, resident, above a process with one player
	viewer      float64 // bytes of the server a player, likewise
	slowest     float64 // what the slowest player got, of what the median player got
}

// BenchmarkPlayers measures every scene, five rounds of all of its pairs in turn; "BenchmarkPlayers/300x2M" is one scene.
// One iteration is all rounds, and one is enough. For a look in passing, benchRounds in the environment asks for fewer.
func BenchmarkPlayers(b *testing.B) {
	raiseDescriptors(b)
	rounds, _ := strconv.Atoi(os.Getenv(benchRounds))
	for _, s := range scenes {
		if rounds > 0 {
			s.rounds = rounds
		}
		if s.needs == "" || os.Getenv(s.needs) != "" {
			b.Run(s.name, s.run)
		}
	}
}

const benchRounds = "FLVSTORM_BENCH_ROUNDS"

// raiseDescriptors gives this process and its children all that they may have.
func raiseDescriptors(b *testing.B) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
}

func (s scene) run(b *testing.B) {
	running := map[string]*server{}
	for _, p := range s.pairs {
		if _, met := running[p.server]; met {
			continue
		}
		at := servers[p.server](b)
		if running[p.server] = at; at == nil {
			b.Logf("%s is not there, and is left out; see make bench", p.server)
			continue
		}
		at.publish(b, s.bitrate)
	}
	pairs := slices.DeleteFunc(slices.Clone(s.pairs), func(p pair) bool {
		return running[p.server] == nil || p.player == "sb_http_load" && os.Getenv(sbProgram) == ""
	})
	if os.Getenv(sbProgram) == "" {
		b.Log("sb_http_load is not there, and is left out; see make bench")
	}
	if len(pairs) == 0 {
		b.Skip("nothing to measure")
	}
	alone, served := map[pair]int64{}, map[string]int64{}
	for _, p := range pairs {
		one := s
		one.players, one.settle, one.window = 1, 500*time.Millisecond, 100*time.Millisecond
		m, err := one.measure(b, running[p.server], p.player)
		if err != nil {
			b.Fatalf("one %s on %s: %v", p.player, p.server, err)
		}
		alone[p], served[p.server] = m.memory, m.serverMemory
	}
	figures := map[pair][]figure{}
	for b.Loop() {
		for round := range s.rounds {
			for i := range pairs {
				p := pairs[(i+round)%len(pairs)]
				m, err := s.measure(b, running[p.server], p.player)
				if err != nil {
					b.Fatalf("%s on %s, round %d: %v", p.player, p.server, round+1, err)
				}
				gb := float64(m.bytes) / 1e9
				figures[p] = append(figures[p], figure{
					perGB:       ms(m.players) / gb,
					serverPerGB: ms(m.server) / gb,
					mbit:        float64(m.bytes) * 8e-6 / m.took.Seconds(),
					memory:      float64(m.memory-alone[p]) / float64(s.players-1),
					viewer:      float64(m.serverMemory-served[p.server]) / float64(s.players-1),
					slowest:     m.slowest,
				})
			}
		}
	}
	fmt.Print(table(s, pairs, figures)) // a benchmark's own log is cut short
	for _, p := range pairs {
		b.ReportMetric(median(of(figures[p], func(f figure) float64 { return f.perGB })), p.player+"@"+p.server+"-ms/GB")
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// measurement is what was used within a window.
type measurement struct {
	players, server time.Duration // of CPU
	bytes           uint64
	took            time.Duration
	memory          int64
	serverMemory    int64
	slowest         float64
}

// measure starts the players, waits until all of them get the stream, and measures for the length of the window.
func (s scene) measure(b *testing.B, at *server, player string) (m measurement, err error) {
	cmd := playing(player, at.http, s.players)
	stop, said := child(b, cmd)
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w\nthe players said last:\n%s\nthe server:\n%s", err, lastLines(said()), lastLines(at.said()))
		}
		stop()
		// The next players begin when the server has nobody left.
		wait(b.Context(), 10*time.Second, func() (bool, error) {
			sockets, err := received(at.http)
			return len(sockets) == 0, err
		})
	}()
	connected, playing := 0, 0
	err = wait(b.Context(), 90*time.Second, func() (bool, error) {
		sockets, err := received(at.http)
		connected, playing = len(sockets), 0
		for _, n := range sockets {
			if n > 400 { // more than the head of an answer
				playing++
			}
		}
		return playing >= s.players, err
	})
	if err != nil {
		return m, fmt.Errorf("of %d players %d are connected and %d get the stream: %w", s.players, connected, playing, err)
	}
	pause(b.Context(), s.settle)
	pids := []int{cmd.Process.Pid, at.pid}
	before, err := received(at.http)
	if err != nil {
		return m, err
	}
	began := time.Now()
	var used [2]time.Duration
	for i, pid := range pids {
		if used[i], err = cpuOf(pid); err != nil {
			return m, err
		}
	}
	pause(b.Context(), s.window)
	for i, pid := range pids {
		now, err := cpuOf(pid)
		if err != nil {
			return m, err
		}
		used[i] = now - used[i]
	}
	m.took = time.Since(began)
	after, err := received(at.http)
	if err != nil {
		return m, err
	}
	m.players, m.server = used[0], used[1]
	var each []float64
	for port, n := range after {
		if was, stayed := before[port]; stayed && n > was {
			m.bytes += n - was
			each = append(each, float64(n-was))
		}
	}
	if len(each) < s.players && s.players > 1 {
		return m, fmt.Errorf("only %d of %d players got something; %d were connected before, %d are", len(each), s.players, len(before), len(after))
	}
	if len(each) > 0 {
		m.slowest = slices.Min(each) / median(each)
	}
	if _, m.memory, err = memoryOf(cmd.Process.Pid); err != nil {
		return m, err
	}
	m.serverMemory, _, err = memoryOf(at.pid)
	return m, err
}

// playing is the command of so many players.
func playing(player string, at netip.AddrPort, n int) *exec.Cmd {
	if player == "sb_http_load" {
		return exec.Command(os.Getenv(sbProgram), "-c", strconv.Itoa(n), "-r", "http://"+at.String()+streamPath, "-s", strconv.Itoa(max(1, n/perSecond)), "-m", "60")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestPlayForBench$", "-test.timeout", "0")
	cmd.Env = append(os.Environ(), playName+"="+player, playServer+"="+at.String(), playPath+"="+streamPath, playCount+"="+strconv.Itoa(n))
	return cmd
}

// pause lets time pass.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// table is what a person reads.
func table(s scene, pairs []pair, figures map[pair][]figure) string {
	var t strings.Builder
	fmt.Fprintf(&t, "\n%d players of %g Mbit/s, medians (least – most) of %d rounds; CPU is user and system\n\n", s.players, float64(s.bitrate)/1e6, s.rounds)
	fmt.Fprintf(&t, "  %-17s %-16s %20s %20s %20s %20s %10s %23s %10s %8s %8s\n", "server", "players", "CPU ms/GB received", "× bare", "× net/http", "× sb_http_load", "B/player", "server's CPU ms/GB sent", "B/viewer", "Mbit/s", "slowest")
	for _, p := range pairs {
		f := figures[p]
		perGB, servers := of(f, func(f figure) float64 { return f.perGB }), of(f, func(f figure) float64 { return f.serverPerGB })
		fmt.Fprintf(&t, "  %-17s %-16s %20s %20s %20s %20s %10.0f %23s %10.0f %8.0f %7.0f%%\n", p.server, p.player, spread(perGB, 0),
			ratio(perGB, figures[pair{p.server, "bare"}]), ratio(perGB, figures[pair{p.server, "net/http"}]), ratio(perGB, figures[pair{p.server, "sb_http_load"}]),
			median(of(f, func(f figure) float64 { return f.memory })), spread(servers, 0),
			median(of(f, func(f figure) float64 { return f.viewer })), median(of(f, func(f figure) float64 { return f.mbit })), 100*median(of(f, func(f figure) float64 { return f.slowest })))
	}
	byServer := map[string]bool{}
	for _, p := range pairs {
		byServer[p.server] = true
	}
	if theirs := figures[pair{"srs", "bare"}]; theirs != nil {
		for _, name := range slices.Sorted(maps.Keys(byServer)) {
			ours := of(figures[pair{name, "bare"}], func(f figure) float64 { return f.serverPerGB })
			if name == "srs" || ours == nil {
				continue
			}
			fmt.Fprintf(&t, "\n  server's CPU a GB sent to bare players, %s ÷ srs: %s", name, spread(over(ours, of(theirs, func(f figure) float64 { return f.serverPerGB })), 2))
		}
		t.WriteString("\n")
	}
	return t.String()
}

// of picks one value of every figure.
func of(figures []figure, value func(figure) float64) []float64 {
	var all []float64
	for _, f := range figures {
		all = append(all, value(f))
	}
	return all
}

// over divides round by round: what drifts from round to round drifts for both.
func over(a, b []float64) []float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		all = append(all, a[i]/b[i])
	}
	return all
}

// ratio is what the players use of what those use that they are held against.
func ratio(perGB []float64, against []figure) string {
	if against == nil {
		return "–"
	}
	return spread(over(perGB, of(against, func(f figure) float64 { return f.perGB })), 2)
}

// spread is a median with the least and the most.
func spread(values []float64, digits int) string {
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.*f (%.*f – %.*f)", digits, median(values), digits, slices.Min(values), digits, slices.Max(values))
}

// median of an even number of values is the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare[float64])
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
