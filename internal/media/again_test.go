package media

import (
	"regexp"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// TestFaultsOfFLVAreToldInChinese holds that the catalogue knows each sentence of internal/flv, which has none itself.
func TestFaultsOfFLVAreToldInChinese(t *testing.T) {
	said := []error{&flv.CutError{Offset: 3}, &flv.CutError{Offset: 30, Tag: 13}}
	for _, what := range []flv.Fault{flv.BadSignature, flv.BadVersion, flv.BadDataOffset, flv.BadPreviousTagSize, flv.BadTagType,
		flv.Encrypted, flv.BadStreamID, flv.SecondHeader} {
		said = append(said, &flv.FormatError{Offset: 7, What: what, Got: 11, Want: 211})
	}
	words := regexp.MustCompile(`\b(byte|at|is|not|the|of|instead|should|out)\b`)
	for _, err := range said {
		if text := phrase.Chinese.Render(err); text == err.Error() || words.MatchString(text) {
			t.Errorf("%q is told as %q", err, text)
		}
		if text := phrase.English.Render(err); text != err.Error() {
			t.Errorf("%q is told in English as %q", err, text)
		}
	}
}
