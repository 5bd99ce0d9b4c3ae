package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestLedgerSaid(t *testing.T) {
	for _, c := range []struct{ text, between, zh string }{
		{"", "", ""},
		{"signed in by password", " · ", "以密码登录"},
		{"每月抽查 · seed abcd, population 95f2", " · ", "每月抽查 · 种子 abcd，总体 95f2"},
		{"user:lin", ", ", "用户 lin"},
		{"open: access, due 2026-01-31", " · ", "受理查阅请求，期限 2026-01-31"},
		{"close: refused not-identified", " · ", "办结：拒绝（not-identified）"},
		{"running: 93c0 engine 4.2", ", ", "脱敏策略 93c0，引擎 4.2"},
		{"running: a424", ", ", "现用版本 a424"},
		{"complaint · a caller asks", " · ", "处理投诉 · a caller asks"},
		{"14 documents", ", ", "14 份文档"},
		{"what a person wrote", " · ", "what a person wrote"},
		{"%s %d", " · ", "%s %d"},
	} {
		if got := ledgerSaid(c.text, chinese, c.between); got != c.zh {
			t.Errorf("%q is told as %q, want %q", c.text, got, c.zh)
		}
		if got := ledgerSaid(c.text, english, c.between); got != c.text {
			t.Errorf("%q in English is %q", c.text, got)
		}
	}
	for actor, want := range map[string]string{"server": "服务器", "lin (says: wang)": "lin（自称 wang）", "lin": "lin"} {
		if got := actorSpoken(actor, chinese); got != want || actorSpoken(actor, english) != actor {
			t.Errorf("%q is %q", actor, got)
		}
	}
}

func TestParted(t *testing.T) {
	for about, want := range map[string][2]string{
		"user:lin, → 03df": {"user:lin", "03df"}, "→ 93c0/4.2": {"", "93c0/4.2"}, "user:lin": {"user:lin", ""}, "": {"", ""}, "user:a → b": {"user:a → b", ""},
	} {
		if what, left := parted(about); what != want[0] || left != want[1] {
			t.Errorf("%q is of %q and left %q", about, what, left)
		}
	}
}

// What signing in writes to the ledger is told in Chinese, too: every text there.
func TestLedgerKnowsAccounts(t *testing.T) {
	files, err := filepath.Glob("../internal/account/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		tell := func(e ast.Expr, before string) { // "" says nothing
			lit, ok := e.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || lit.Value == `""` {
				return
			}
			text, _ := strconv.Unquote(lit.Value)
			if found++; ledgerSaid(before+text, chinese, "") == before+text {
				t.Errorf("%s: no Chinese for %q", file, before+text)
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				name, _ := n.Type.(*ast.Ident)
				for _, e := range n.Elts {
					kv, ok := e.(*ast.KeyValueExpr)
					if key, _ := keyOf(kv, ok); key == "What" && name != nil {
						tell(kv.Value, map[string]string{"Change": "pages: "}[name.Name])
					}
				}
			case *ast.CallExpr:
				fun, ok := n.Fun.(*ast.SelectorExpr)
				switch {
				case !ok || len(n.Args) < 2:
				case fun.Sel.Name == "own":
					tell(n.Args[1], "pages: ")
				case fun.Sel.Name == "updateAfter":
					tell(n.Args[2], "")
				case fun.Sel.Name == "setPassword":
					tell(n.Args[len(n.Args)-1], "")
				}
			}
			return true
		})
	}
	if found < 10 {
		t.Errorf("only %d texts were found", found)
	}
}

func keyOf(kv *ast.KeyValueExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	id, ok := kv.Key.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}
