package threshold

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// path is the name that n is, from its outermost object inwards. An item of a list has its number for a name.
func path(n ast.Node) ([]string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return []string{n.Value}, true
	case *ast.MemberNode:
		outer, ok := path(n.Node)
		if !ok || n.Optional || n.Method {
			return nil, false
		}
		switch p := n.Property.(type) {
		case *ast.StringNode:
			return append(outer, p.Value), true
		case *ast.IntegerNode:
			return append(outer, strconv.Itoa(p.Value)), true
		}
	}
	return nil, false
}

// shown is a path as an expression has it.
func shown(path []string) string {
	var b strings.Builder
	for i, part := range path {
		plain := part != "" && strings.Trim(part, letters) == ""
		switch {
		case plain && (part[0] < '0' || part[0] > '9'):
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(part)
		case strings.Trim(part, "0123456789") == "" && part != "":
			b.WriteString("[" + part + "]")
		default:
			b.WriteString("[" + strconv.Quote(part) + "]")
		}
	}
	return b.String()
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// start is where a name begins: the place of a member is that of its last part.
func start(n ast.Node) int {
	for {
		m, ok := n.(*ast.MemberNode)
		if !ok {
			return n.Location().From
		}
		n = m.Node
	}
}
