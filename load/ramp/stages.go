package ramp

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
)

// Stage is a point of the line that says how many are wanted: Load, so long after the beginning.
type Stage struct {
	At   time.Duration
	Load int
}

// maxStages bounds the points of one line.
const maxStages = 1000

// ParseStages reads the value of --stages: "0:100,30s:1000,60s:1000". Between two points the line is straight; two points at the same time
// are a jump. It begins at 0: with nobody, if the first point is later.
func ParseStages(text string) ([]Stage, error) {
	if strings.TrimSpace(text) == "" {
		return nil, phrase.Errorf(phrase.RampStagesEmpty)
	}
	pieces := strings.Split(text, ",")
	if len(pieces) > maxStages {
		return nil, phrase.Errorf(phrase.RampStagesMany, len(pieces), maxStages)
	}
	var stages []Stage
	for _, piece := range pieces {
		piece = strings.TrimSpace(piece)
		s, err := parseStage(piece)
		if err != nil {
			return nil, err
		}
		if len(stages) == 0 && s.At > 0 {
			stages = append(stages, Stage{})
		}
		if n := len(stages); n > 0 && s.At < stages[n-1].At {
			return nil, phrase.Errorf(phrase.RampStagesBack, piece, stages[n-1].At)
		} else if n > 1 && s.At == stages[n-2].At {
			return nil, phrase.Errorf(phrase.RampStagesThrice, piece, s.At)
		}
		stages = append(stages, s)
	}
	last := stages[len(stages)-1]
	switch {
	case last.At == 0:
		return nil, phrase.Errorf(phrase.RampStagesNoEnd, text)
	case stages[len(stages)-2].At == last.At:
		return nil, phrase.Errorf(phrase.RampStagesLastJump, strings.TrimSpace(pieces[len(pieces)-1]))
	case mostOf(stages) == 0:
		return nil, phrase.Errorf(phrase.RampStagesNobody, text)
	}
	return stages, nil
}

// parseStage reads one point.
func parseStage(piece string) (Stage, error) {
	at, count, _ := strings.Cut(piece, ":")
	s := Stage{}
	var err error
	if s.At, err = time.ParseDuration(at); err != nil || strings.HasPrefix(at, "+") {
		return s, phrase.Errorf(phrase.RampStagesSyntax, piece)
	}
	if s.Load, err = strconv.Atoi(count); err != nil && !errors.Is(err, strconv.ErrRange) || strings.HasPrefix(count, "+") {
		return s, phrase.Errorf(phrase.RampStagesSyntax, piece)
	}
	if s.At < 0 || s.At > load.MaxDuration {
		return s, phrase.Errorf(phrase.RampStagesTime, piece, load.MaxDuration)
	}
	if s.Load < 0 || s.Load > load.MaxActors {
		return s, phrase.Errorf(phrase.RampStagesCount, piece, load.MaxActors)
	}
	return s, nil
}

func mostOf(stages []Stage) int {
	most := 0
	for _, s := range stages {
		most = max(most, s.Load)
	}
	return most
}
