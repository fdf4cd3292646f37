package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// scriptWords are the areas of the catalogue that scripts say.
var scriptWords = []string{"timeline.", "chart.", "page.js."}

// words are the sentences of the scripts in both languages, as JSON that may stand in a script element: encoding/json writes <, >
// and & as escapes.
func words() (string, error) {
	books := map[string]map[string]string{}
	for _, book := range []phrase.Book{phrase.English, phrase.Chinese} {
		said := map[string]string{}
		for _, area := range scriptWords {
			maps.Copy(said, book.Below(area))
		}
		books[book.Lang()] = said
	}
	out, err := json.Marshal(books)
	return string(out), err
}

// packed is a document as gzip in base64: small, and of letters that no HTML can be made of.
func packed(document []byte) (string, error) {
	var out bytes.Buffer
	zipper, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := zipper.Write(document); err != nil {
		return "", err
	}
	if err := zipper.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// data is what scripts draw from, and what is there to be taken away.
type data struct {
	result, story, words string
}

// data packs the result and the story.
func (r Report) data() (data, error) {
	var result bytes.Buffer
	if err := r.English.WriteJSON(&result); err != nil {
		return data{}, err
	}
	story, err := json.Marshal(r.Story)
	if err != nil {
		return data{}, fmt.Errorf("write the story as JSON: %w", err)
	}
	var d data
	if d.result, err = packed(result.Bytes()); err != nil {
		return data{}, err
	}
	if d.story, err = packed(story); err != nil {
		return data{}, err
	}
	d.words, err = words()
	return d, err
}
