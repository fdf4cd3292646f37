package threshold

import (
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// functions are the names of all that there are.
var functions = []string{"p50", "p90", "p95", "p99", "p999", "max", "count", "min", "abs"}

// call is what a function of its arguments comes to.
func (w *walk) call(n *ast.CallNode) (value, *fault) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return value{}, wrong(n, phrase.ThresholdNotAllowed)
	}
	switch name := callee.Value; name {
	case "p50", "p90", "p95", "p99", "p999":
		return w.quantile(n, name)
	case "max":
		if len(n.Arguments) == 1 {
			return w.quantile(n, name)
		}
		return w.extreme(n, name, math.Max)
	case "min":
		return w.extreme(n, name, math.Min)
	case "count":
		return w.count(n)
	case "abs":
		return w.abs(n)
	default:
		return value{}, wrong(n, phrase.ThresholdFunction, name, listed(functions))
	}
}

// nobody says that there is no value of a distribution, for nothing of it happened.
func nobody(name string) string {
	if id, ok := nobodys[name[strings.LastIndexByte(name, '.')+1:]]; ok {
		return phrase.English.Say(id)
	}
	return phrase.English.Say(phrase.ThresholdNobody, name)
}

// nobodys say it of those that are asked most.
var nobodys = map[string]phrase.ID{
	"first_frame_ms": phrase.ThresholdNoFrame, "first_byte_ms": phrase.ThresholdNoByte, "connect_ms": phrase.ThresholdNoConnect,
	"publish_ms": phrase.ThresholdNoPublish,
}

// listed are names as a sentence has them.
func listed(names []string) string { return strings.Join(names, ", ") }

// argument is what stands under the name that is the only argument of n.
func (w *walk) argument(n *ast.CallNode, function string) (v value, name string, err *fault) {
	if len(n.Arguments) == 1 {
		if _, ok := path(n.Arguments[0]); ok {
			return w.named(n.Arguments[0])
		}
	}
	return value{}, "", wrong(n, phrase.ThresholdArguments, function)
}

// quantile is one value of a distribution.
func (w *walk) quantile(n *ast.CallNode, function string) (value, *fault) {
	of, name, err := w.argument(n, function)
	if err != nil {
		return value{}, err
	}
	if of.kind != spread && of.kind != unknown {
		return value{}, wrong(n, phrase.ThresholdNoSpread, function, name, of.kind.says())
	}
	out := value{kind: number, none: of.none}
	if out.none == "" {
		var ok bool
		times, _ := of.is.(map[string]any)
		if out.is, ok = times[function].(float64); !ok || times["count"] == 0.0 {
			out.none = nobody(name)
		}
	}
	w.tell(function+"("+name+")", out)
	return out, nil
}

// count is how many a distribution or a list has.
func (w *walk) count(n *ast.CallNode) (value, *fault) {
	of, name, err := w.argument(n, "count")
	if err != nil {
		return value{}, err
	}
	out := value{kind: number, none: of.none}
	switch of.kind {
	case spread:
		if out.none == "" {
			count, _ := of.is.(map[string]any)["count"].(float64) // none of an empty one
			out.is = count
		}
	case list:
		if out.none == "" {
			out.is = float64(len(of.is.([]any)))
		}
	case unknown:
	default:
		return value{}, wrong(n, phrase.ThresholdNoCount, name, of.kind.says())
	}
	w.tell("count("+name+")", out)
	return out, nil
}

// extreme is the largest or the smallest of several numbers.
func (w *walk) extreme(n *ast.CallNode, function string, of func(a, b float64) float64) (value, *fault) {
	if len(n.Arguments) < 2 {
		return value{}, wrong(n, phrase.ThresholdTwo, function)
	}
	var out value
	for i, argument := range n.Arguments {
		v, err := w.operand(argument, function, number)
		switch {
		case err != nil:
			return value{}, err
		case out.none != "":
		case i == 0 || v.none != "":
			out = v
		default:
			out.is = of(out.is.(float64), v.is.(float64))
		}
	}
	out.kind = number
	return out, nil
}

// abs is a number without its sign.
func (w *walk) abs(n *ast.CallNode) (value, *fault) {
	if len(n.Arguments) != 1 {
		return value{}, wrong(n, phrase.ThresholdOne, "abs")
	}
	v, err := w.operand(n.Arguments[0], "abs", number)
	if err != nil || v.none != "" {
		return value{kind: number, none: v.none}, err
	}
	return value{kind: number, is: math.Abs(v.is.(float64))}, nil
}
