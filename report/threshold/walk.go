package threshold

import (
	"cmp"
	"math"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// kind is what something is.
type kind int

const (
	unknown kind = iota // only before there is a result: it may turn out to be anything
	number
	truth
	text
	spread // a distribution: p50, p90, p99, max and count
	list
	object
)

// says is the sentence for the kind, with its article.
func (k kind) says() phrase.ID {
	return [...]phrase.ID{
		phrase.ThresholdAnUnknown, phrase.ThresholdANumber, phrase.ThresholdATruth, phrase.ThresholdAText, phrase.ThresholdASpread,
		phrase.ThresholdAList, phrase.ThresholdAnObject,
	}[k]
}

// value is what a part of an expression comes to.
type value struct {
	kind kind
	// is a float64, bool, string, map[string]any or []any as the kind says, and means nothing where none says why there is no value.
	is   any
	none string
}

// fault is what is wrong with an expression, and at which character.
type fault struct {
	at  int
	why *phrase.Error
}

func (f *fault) in(source string) error {
	return phrase.Errorf(phrase.ThresholdAt, source, f.at+1, f.why)
}

func wrong(n ast.Node, id phrase.ID, args ...any) *fault {
	return &fault{at: n.Location().From, why: phrase.Errorf(id, args...)}
}

// walk goes once through an expression and every part of it, whatever the parts before came to, so that all values are told.
type walk struct {
	// read is what a path comes to, or why there is nothing of that name.
	read   func(path []string) (value, *phrase.Error)
	values []Value
	limits []float64 // the numbers that stand in the expression
	seen   map[ast.Node]bool
}

// value is what n comes to.
func (w *walk) value(n ast.Node) (value, *fault) {
	// The parser has a part twice in the tree where it stands for two, and twice that in each such part around it.
	if w.seen[n] {
		return value{}, wrong(n, phrase.ThresholdChained)
	}
	if w.seen == nil {
		w.seen = map[ast.Node]bool{}
	}
	w.seen[n] = true
	switch n := n.(type) {
	case *ast.IntegerNode:
		w.limits = append(w.limits, float64(n.Value))
		return value{kind: number, is: float64(n.Value)}, nil
	case *ast.FloatNode:
		w.limits = append(w.limits, n.Value)
		return finite(n.Value), nil
	case *ast.BoolNode:
		return value{kind: truth, is: n.Value}, nil
	case *ast.StringNode:
		return value{kind: text, is: n.Value}, nil
	case *ast.IdentifierNode, *ast.MemberNode:
		return w.name(n)
	case *ast.CallNode:
		return w.call(n)
	case *ast.BuiltinNode: // a loop of expr, such as filter
		return value{}, wrong(n, phrase.ThresholdFunction, n.Name, listed(functions))
	case *ast.UnaryNode:
		return w.unary(n)
	case *ast.BinaryNode:
		return w.binary(n)
	case *ast.ConditionalNode:
		return w.conditional(n)
	}
	return value{}, wrong(n, phrase.ThresholdNotAllowed)
}

// truth is what the whole of an expression comes to.
func (w *walk) truth(n ast.Node) (value, *fault) {
	v, err := w.value(n)
	if err == nil && v.kind != truth && v.kind != unknown {
		return value{}, wrong(n, phrase.ThresholdAnswer, v.kind.says())
	}
	return v, err
}

// named is what stands under the name that n is.
func (w *walk) named(n ast.Node) (value, string, *fault) {
	p, ok := path(n)
	if !ok {
		return value{}, "", wrong(n, phrase.ThresholdOnlyNames)
	}
	v, why := w.read(p)
	if why != nil {
		return value{}, "", &fault{at: start(n), why: why}
	}
	return v, shown(p), nil
}

// name is the value of a name that stands for itself.
func (w *walk) name(n ast.Node) (value, *fault) {
	v, name, err := w.named(n)
	if err != nil {
		return value{}, err
	}
	if v.kind == spread {
		return value{}, &fault{at: start(n), why: phrase.Errorf(phrase.ThresholdSpread, name)}
	}
	w.tell(name, v)
	return v, nil
}

// tell keeps what a name was, the first time.
func (w *walk) tell(name string, v value) {
	if slices.ContainsFunc(w.values, func(old Value) bool { return old.Name == name }) {
		return
	}
	told := Value{Name: name}
	switch {
	case v.none != "":
	case v.kind == number, v.kind == truth, v.kind == text:
		told.Value = v.is
	}
	w.values = append(w.values, told)
}

// operand is what n comes to, which must be of the kind that what needs.
func (w *walk) operand(n ast.Node, what string, needs kind) (value, *fault) {
	v, err := w.value(n)
	if err == nil && v.kind != needs && v.kind != unknown {
		return value{}, wrong(n, phrase.ThresholdNeeds, what, needs.says(), v.kind.says())
	}
	return v, err
}

func (w *walk) unary(n *ast.UnaryNode) (value, *fault) {
	switch n.Operator {
	case "!", "not":
		v, err := w.operand(n.Node, n.Operator, truth)
		if err != nil || v.none != "" {
			return value{kind: truth, none: v.none}, err
		}
		return value{kind: truth, is: !v.is.(bool)}, nil
	case "-", "+":
		v, err := w.operand(n.Node, n.Operator, number)
		if err != nil || v.none != "" || n.Operator == "+" {
			return value{kind: number, is: v.is, none: v.none}, err
		}
		return value{kind: number, is: -v.is.(float64)}, nil
	}
	return value{}, wrong(n, phrase.ThresholdOperator, n.Operator)
}

func (w *walk) binary(n *ast.BinaryNode) (value, *fault) {
	switch n.Operator {
	case "&&", "and", "||", "or":
		return w.joined(n)
	case "==", "!=":
		return w.equal(n)
	case "in":
		return w.in(n)
	case "<", "<=", ">", ">=", "+", "-", "*", "/", "%":
		return w.numbers(n)
	}
	return value{}, wrong(n, phrase.ThresholdOperator, n.Operator)
}

// joined is && and ||. One side may decide it although the other is undecided.
func (w *walk) joined(n *ast.BinaryNode) (value, *fault) {
	left, err := w.operand(n.Left, n.Operator, truth)
	if err != nil {
		return value{}, err
	}
	right, err := w.operand(n.Right, n.Operator, truth)
	if err != nil {
		return value{}, err
	}
	decides := n.Operator == "||" || n.Operator == "or"
	for _, side := range []value{left, right} {
		if side.none == "" && side.is.(bool) == decides {
			return value{kind: truth, is: decides}, nil
		}
	}
	return value{kind: truth, is: !decides, none: cmp.Or(left.none, right.none)}, nil
}

// equal compares two things of one kind.
func (w *walk) equal(n *ast.BinaryNode) (value, *fault) {
	left, err := w.value(n.Left)
	if err != nil {
		return value{}, err
	}
	right, err := w.value(n.Right)
	if err != nil {
		return value{}, err
	}
	same, none, ok := alike(left, right)
	if !ok {
		return value{}, wrong(n, phrase.ThresholdUnlike, left.kind.says(), right.kind.says())
	}
	return value{kind: truth, is: same == (n.Operator == "=="), none: none}, nil
}

// alike says whether a and b are the same, why that is undecided, and whether such things can be compared at all.
func alike(a, b value) (same bool, none string, ok bool) {
	simple := func(k kind) bool { return k == unknown || k == number || k == truth || k == text }
	if !simple(a.kind) || !simple(b.kind) || a.kind != b.kind && a.kind != unknown && b.kind != unknown {
		return false, "", false
	}
	if none := cmp.Or(a.none, b.none); none != "" {
		return false, none, true
	}
	return a.is == b.is, "", true
}

// in says whether a value stands in a list that is written out.
func (w *walk) in(n *ast.BinaryNode) (value, *fault) {
	left, err := w.value(n.Left)
	if err != nil {
		return value{}, err
	}
	items, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return value{}, wrong(n.Right, phrase.ThresholdIn)
	}
	out := value{kind: truth, is: false}
	for _, item := range items.Nodes {
		v, err := w.value(item)
		if err != nil {
			return value{}, err
		}
		same, none, ok := alike(left, v)
		switch {
		case !ok:
			return value{}, wrong(item, phrase.ThresholdUnlike, left.kind.says(), v.kind.says())
		case same:
			out.is = true
		case none != "":
			out.none = none
		}
	}
	if out.is.(bool) {
		out.none = ""
	}
	return out, nil
}

// numbers compares two numbers, or reckons with them.
func (w *walk) numbers(n *ast.BinaryNode) (value, *fault) {
	left, err := w.operand(n.Left, n.Operator, number)
	if err != nil {
		return value{}, err
	}
	right, err := w.operand(n.Right, n.Operator, number)
	if err != nil {
		return value{}, err
	}
	result := value{kind: number}
	if n.Operator[0] == '<' || n.Operator[0] == '>' {
		result.kind = truth
	}
	if result.none = cmp.Or(left.none, right.none); result.none != "" {
		return result, nil
	}
	a, b := left.is.(float64), right.is.(float64)
	switch n.Operator {
	case "<":
		result.is = a < b
	case "<=":
		result.is = a <= b
	case ">":
		result.is = a > b
	case ">=":
		result.is = a >= b
	case "+":
		return finite(a + b), nil
	case "-":
		return finite(a - b), nil
	case "*":
		return finite(a * b), nil
	case "/":
		return finite(a / b), nil
	case "%":
		return finite(math.Mod(a, b)), nil
	}
	return result, nil
}

// finite is a number, unless it is none.
func finite(f float64) value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return value{kind: number, none: phrase.English.Say(phrase.ThresholdNoNumber)}
	}
	return value{kind: number, is: f}
}

func (w *walk) conditional(n *ast.ConditionalNode) (value, *fault) {
	cond, err := w.operand(n.Cond, "?:", truth)
	if err != nil {
		return value{}, err
	}
	yes, err := w.value(n.Exp1)
	if err != nil {
		return value{}, err
	}
	no, err := w.value(n.Exp2)
	if err != nil {
		return value{}, err
	}
	if yes.kind == unknown {
		yes.kind = no.kind
	}
	switch {
	case yes.kind != no.kind && no.kind != unknown:
		return value{}, wrong(n.Exp2, phrase.ThresholdNeeds, "?:", yes.kind.says(), no.kind.says())
	case cond.none != "":
		return value{kind: yes.kind, none: cond.none}, nil
	case cond.is.(bool):
		return yes, nil
	}
	return value{kind: yes.kind, is: no.is, none: no.none}, nil
}
