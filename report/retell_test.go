package report

import (
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// What a server said when it refused stays as it said it, even where it is word for word a sentence of ours.
func TestWhatAServerSaidIsNotRetold(t *testing.T) {
	ours := phrase.English.Say(phrase.CrashSystemd, 7)
	f := Finding{Cases: []Case{{Class: "busy", Text: ours}, {Text: ours}}}
	f.retell(phrase.Chinese)
	if f.Cases[0].Text != ours {
		t.Errorf("the server's words became %q", f.Cases[0].Text)
	}
	if f.Cases[1].Text != phrase.Chinese.Say(phrase.CrashSystemd, 7) {
		t.Errorf("ours are %q", f.Cases[1].Text)
	}
}
