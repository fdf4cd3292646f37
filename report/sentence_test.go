package report

import (
	"strings"
	"testing"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// sentenceOf is the sentence of a failure with these findings on five keys, plain blanks in it.
func sentenceOf(book phrase.Book, gap string, findings ...Finding) string {
	r := Result{Verdict: check.Fail, Repro: "flvstorm chaos --gap " + gap + " --seed 7", Duration: 10_000, Findings: findings, Judge: Judge{Grace: 1000}}
	r.Keys = make([]Key, 5)
	return wordsOf(r.Sentence(book))
}

// root is a cause on so many keys, effect what followed from it.
func root(code check.Code, count int64, keys ...string) Finding {
	return Finding{ID: string(code), Code: string(code), Severity: "error", Root: true, Count: count, Keys: keys, FirstAt: 880}
}

func effect(code, of check.Code, count int64) Finding {
	f := root(code, count)
	f.Root, f.CausedBy, f.ID = false, caused(of), string(code+"<"+of)
	return f
}

func forGood(f Finding) Finding { f.ForGood = true; return f }

func saying(f Finding, text string) Finding { f.Cases = []Case{{Text: text}}; return f }

func lasting(f Finding, ms Millis) Finding { f.Cases = []Case{{For: ms}, {For: ms / 2}}; return f }

func first(f Finding, at int64) Finding { f.FirstAt = at; return f }

// TestSentenceOfFailure holds what is said of each code, and of several.
func TestSentenceOfFailure(t *testing.T) {
	five := []string{"a", "b", "c", "d", "e"}
	duplicated := root(check.DuplicatedPattern, 5, five...)
	stuck := forGood(effect(check.StuckBusy, check.DuplicatedPattern, 5))
	died := saying(root(check.ServerCrashed, 1), "SIGSEGV")
	for _, c := range []struct {
		gap      string
		findings []Finding
		want, zh string
	}{
		{"0", []Finding{root(check.ServerCrashed, 1), first(duplicated, 512), stuck},
			"After a zero-gap return 5 of 5 keys were refused as duplicated and never recovered; the server died 0.9 s in.",
			"断开后立即重新推流，5 条流中有 5 条因旧的 HTTP 挂载点还在（duplicated）被拒绝，之后再也没有恢复；服务器在开始 0.9 s 后崩溃。"},
		{"300ms", []Finding{root(check.DuplicatedPattern, 1, "a"), lasting(effect(check.StuckBusy, check.DuplicatedPattern, 1), 12_000)},
			"On a return after 300 ms 1 of 5 keys was refused as duplicated and stayed busy for up to 12.0 s.",
			"断开 300 ms 后重新推流，5 条流中有 1 条因旧的 HTTP 挂载点还在（duplicated）被拒绝，之后最长忙了 12.0 s。"},
		{"0s..1s", []Finding{root(check.Disposing, 3, "a", "b")},
			"On returns within 1 s 2 of 5 keys were refused because the old stream was still being torn down.",
			"断开后 1 s 内重新推流，5 条流中有 2 条因旧的流仍在销毁（disposing）被拒绝。"},
		{"100ms..1s", []Finding{forGood(root(check.StuckBusy, 5, five...))},
			"On returns after 100 ms to 1 s 5 of 5 keys were refused as busy although nobody published there and never recovered.",
			"断开 100 ms 到 1 s 后重新推流，5 条流中有 5 条明明没有人在推，却以“流忙”被拒绝，之后再也没有恢复。"},
		{"'rm -rf'", []Finding{root(check.UnexplainedRefusal, 1, "a")},
			"After a return 1 of 5 keys was still refused after 1 s, and neither the wire nor the log says why.",
			"重新推流时，5 条流中有 1 条过了 1 s 仍被拒绝，网络报文和日志都没有说明原因。"},
		{"0", []Finding{lasting(root(check.SlowRelease, 4, "a", "b"), 1990)},
			"After a zero-gap return 2 of 5 keys came back late, up to 1.99 s after the publisher had gone.",
			"断开后立即重新推流，5 条流中的 2 条恢复得太晚，最长在推流端断开 1.99 s 之后。"},
		{"0", []Finding{root(check.StreamBusy, 4, "a", "b")},
			"After a zero-gap return 2 of 5 keys were refused as busy for a moment.",
			"断开后立即重新推流，5 条流中有 2 条一度以“流忙”被拒绝。"},
		{"0", []Finding{root(check.DoublePublish, 2, "a", "b")},
			"Two publishers were accepted at once on 2 of 5 keys.", "5 条流中的 2 条同时接受了两个推流端。"},
		{"0", []Finding{root(check.MixedMedia, 15)},
			"Players got the frames of two publishes interleaved on 15 connections.", "播放端收到两次推流交错在一起的帧，涉及 15 条连接。"},
		{"0", []Finding{root(check.StaleMedia, 1)},
			"After a zero-gap return players got frames of an older publish on 1 connection.",
			"断开后立即重新推流，播放端收到更早一次推流的帧，涉及 1 条连接。"},
		{"0", []Finding{root(check.MediaLoss, 1234)},
			"Players that kept up lost 1,234 frames in the middle of a publish.", "跟得上的播放端在推流中途丢了 1,234 帧。"},
		{"0", []Finding{root(check.MediaDuplicate, 1)}, "Players got 1 frame twice.", "播放端重复收到 1 帧。"},
		{"0", []Finding{root(check.MediaReorder, 7)}, "Players got 7 frames in the wrong order.", "播放端收到的帧顺序错乱，共 7 帧。"},
		{"0", []Finding{root(check.MediaCorrupt, 7)}, "Players got frames that are not what was sent, 7 times.", "播放端收到的帧与发送的不符，共 7 次。"},
		{"0", []Finding{root(check.FLVInvalid, 1)}, "Players got what is no valid FLV, once.", "播放端收到不合法的 FLV，共 1 次。"},
		{"0", []Finding{root(check.PlayPolicy, 87)},
			"Viewers were treated over a return as this server does not usually treat them, 87 times.",
			"重新推流时，这台服务器没有像往常那样对待播放端，共 87 次。"},
		{"0", []Finding{root(check.PlayerStarved, 3, "a")},
			"3 players got no media although there was a publisher.", "有推流端在推，仍有 3 个播放端收不到媒体。"},
		{"0", []Finding{root(check.PlayerRefused, 3, "a")},
			"3 players got only refusals although there was a publisher.", "有推流端在推，仍有 3 个播放端只得到拒绝。"},
		{"0", []Finding{saying(root(check.Leak, 1), "its API still shows \x1b[31ma publisher")},
			"The server kept what it should have given back (its API still shows a publisher).", "服务器没有归还本该释放的资源（its API still shows a publisher）。"},
		{"0", []Finding{died}, "The server died 0.9 s in (SIGSEGV).", "服务器在开始 0.9 s 后崩溃（SIGSEGV）。"},
		{"0", []Finding{first(root(check.ServerCrashed, 3), 23)}, "The server died 3 times, first 23.0 ms in.", "服务器崩溃了 3 次，第一次在开始 23.0 ms 后。"},
		{"0", []Finding{root(check.ServerHung, 1)}, "The server stopped answering 0.9 s in.", "服务器在开始 0.9 s 后无响应。"},
		{"0", []Finding{root(check.ServerRestarted, 1)},
			"The server went down 0.9 s in and came back by itself.", "服务器在开始 0.9 s 后停止服务，又自行恢复。"},
		{"0", []Finding{saying(root(check.Sanitizer, 1), "AddressSanitizer: heap-use-after-free"), effect(check.ServerCrashed, check.Sanitizer, 1)},
			"A sanitizer reported an error in the server (AddressSanitizer: heap-use-after-free), and the server died of it.",
			"Sanitizer 在服务器中报告了错误（AddressSanitizer: heap-use-after-free），服务器因此崩溃。"},
		{"0", []Finding{root("of-tomorrow", 2)},
			"Something was found that has no name here yet, 2 times (of-tomorrow).", "发现了这里还没有名称的问题，共 2 次（of-tomorrow）。"},
		{"0", []Finding{died, duplicated, stuck, root(check.MixedMedia, 2), root(check.PlayPolicy, 3)},
			"The server died 0.9 s in (SIGSEGV); after a zero-gap return 5 of 5 keys were refused as duplicated and never recovered; and 2 more findings.",
			"服务器在开始 0.9 s 后崩溃（SIGSEGV）；断开后立即重新推流，5 条流中有 5 条因旧的 HTTP 挂载点还在（duplicated）被拒绝，之后再也没有恢复；另有 2 个问题。"},
		{"0", []Finding{duplicated, duplicated, effect(check.PlayerStarved, check.DuplicatedPattern, 15)},
			"After a zero-gap return 5 of 5 keys were refused as duplicated, and 15 players went without media.",
			"断开后立即重新推流，5 条流中有 5 条因旧的 HTTP 挂载点还在（duplicated）被拒绝，还有 15 个播放端断流。"},
	} {
		got := sentenceOf(phrase.English, c.gap, c.findings...)
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.findings[0].Code, got, c.want)
		}
		if got := sentenceOf(phrase.Chinese, c.gap, c.findings...); got != c.zh && phrase.Chinese.Say(phrase.OneTime) != phrase.English.Say(phrase.OneTime) {
			t.Errorf("%s\n got %s\nwant %s", c.findings[0].Code, got, c.zh)
		}
		if len(got) > 200 {
			t.Errorf("%s: %d characters: %s", c.findings[0].Code, len(got), got)
		}
	}
	for _, code := range check.Codes {
		if got := sentenceOf(phrase.English, "0", root(code, 2, "a")); strings.Contains(got, "no name here") {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// TestSentences holds what is said of every result that is rendered in tests: one line of bounded length, with an end, nothing in
// it that a terminal would obey.
func TestSentences(t *testing.T) {
	var text strings.Builder
	for _, c := range append(cases(), steadyCases()...) {
		english, chinese := c.result.Sentence(phrase.English), c.result.Sentence(phrase.Chinese)
		text.WriteString(c.name + "\n  " + wordsOf(english) + "\n  " + wordsOf(chinese) + "\n")
		for _, got := range []string{english, chinese} {
			if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) || width(got) > 400 {
				t.Errorf("%s: %q", c.name, got)
			}
		}
		if !strings.HasSuffix(english, ".") || !strings.HasSuffix(chinese, "。") || strings.Contains(english+chinese, "%!") {
			t.Errorf("%s: %q, %q", c.name, english, chinese)
		}
	}
	golden(t, "sentences.txt", text.String())
}

// TestSentenceOfNoVerdict holds what is said of a run that came to none, and what to do.
func TestSentenceOfNoVerdict(t *testing.T) {
	torn := Result{Duration: 3140, Reasons: []Reason{{Code: "torn", Text: "the record breaks off"}}}
	unresolved := Result{Duration: 3140, Reasons: []Reason{{Code: "unresolved", Text: "2 keys had not come back"}, {Code: "torn"}}}
	undecided := Result{Duration: 3140, Reasons: []Reason{{Code: "threshold", Text: "nobody knows whether stalls > 3"}}}
	early := Result{Duration: 40, Verdict: check.Interrupted}
	for _, c := range []struct {
		r    Result
		want string
	}{
		{torn, "Nothing failed in what is left of the record, but it breaks off after 3.14 s: run it again."},
		{unresolved, "Nobody can say: 2 keys had not come back; give it a longer --duration."},
		{undecided, "Nobody can say: nobody knows whether stalls > 3; ask for something that this run measures."},
		{early, "Interrupted after 40.0 ms: nothing had failed until then."},
		{Result{}, "Nothing was tested: no publish, no return, no player."},
	} {
		if got := wordsOf(c.r.Sentence(phrase.English)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
