package smoke

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func names(cases []Case) []string {
	var list []string
	for _, c := range cases {
		list = append(list, c.Name)
	}
	return list
}

func TestSelect(t *testing.T) {
	tests := []struct {
		only, skip []string
		want       []string
		bad        string // in the error
	}{
		{want: names(Cases())},
		{only: []string{"released", "contenders"}, want: []string{"contenders", "released"}},
		{only: []string{"return-*"}, skip: []string{"return-vanish", "return-rst"}, want: []string{
			"return-unpublish", "return-fin", "return-cut", "return-halfclose",
		}},
		{skip: []string{"r*", "p*", "*-only"}, bad: `"*-only"`},
		{skip: []string{"r*", "p*"}, want: []string{
			"drop-together", "stalled-player", "contenders", "codec-change", "audio-only", "video-only",
		}},
		{only: []string{"return-fim"}, bad: "nearest is return-fin,"},
		{skip: []string{"contender"}, bad: "nearest is contenders,"},
		{only: []string{"fin*"}, bad: `"fin*"`},
		{only: []string{"gap"}, bad: `no case "gap"; there are publish-and-play, return-unpublish, `},
		{only: []string{""}, bad: `--only: there is no case ""`},
		{only: []string{"released"}, skip: []string{"*"}, bad: "leave no case"},
	}
	for _, tt := range tests {
		got, err := Select(tt.only, tt.skip)
		if tt.bad != "" {
			if err == nil || !strings.Contains(err.Error(), tt.bad) {
				t.Errorf("Select(%q, %q): %v, want an error with %s", tt.only, tt.skip, err, tt.bad)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, names(got)); diff != "" || err != nil {
			t.Errorf("Select(%q, %q): %v (-want +got)\n%s", tt.only, tt.skip, err, diff)
		}
	}
}
