package access

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table into docs/operator.md")

// The documentation has the table that is enforced, and the permissions that
// follow from it.
func TestTableOfTheGuide(t *testing.T) {
	const guide = "../../docs/operator.md"
	for _, part := range []struct{ begin, end, want string }{
		{"<!-- access table: qingting users table -->\n", "<!-- end of access table -->\n", Markdown()},
		{"    # one user of each role, from the table\n", "    # end of roles\n", Permissions()},
	} {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		before, rest, ok := strings.Cut(string(text), part.begin)
		got, after, ended := strings.Cut(rest, part.end)
		if !ok || !ended {
			t.Fatalf("docs/operator.md lacks the lines %q and %q", part.begin, part.end)
		}
		if *update {
			if err := os.WriteFile(guide, []byte(before+part.begin+part.want+part.end+after), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(part.want, got); diff != "" {
			t.Errorf("docs/operator.md says another thing than is enforced: go test ./internal/access -update (-want +got):\n%s", diff)
		}
	}
}

// Each row is found by its subjects, and nobody who runs the server may open
// what it keeps.
func TestTable(t *testing.T) {
	seen := map[string]Power{}
	for _, row := range Table {
		if len(row.Roles) == 0 || len(row.Subjects) == 0 && row.Power != Operate || row.ZH == "" || row.EN == "" {
			t.Errorf("%s: a column is empty", row.Power)
		}
		for _, r := range row.Roles {
			if !r.Valid() {
				t.Errorf("%s: %q is no role", row.Power, r)
			}
		}
		for _, s := range row.Subjects {
			if other, twice := seen[s]; twice {
				t.Errorf("%s is of %s and %s", s, other, row.Power)
			}
			seen[s] = row.Power
			if got := PowerOf(strings.Replace(s, ">", "x", 1)); got != row.Power {
				t.Errorf("%s is taken for %s, want %s", s, got, row.Power)
			}
		}
	}
	for _, p := range []Power{Reveal, Subject, Decide, Keys} {
		if RoleFor([]Role{Operator, Publisher, Analyst, Auditor}, p) != "" {
			t.Errorf("%s is not the officers' alone", p)
		}
	}
	if RoleFor([]Role{Officer, Operator, Auditor, Analyst, Publisher}, Decide) != "" {
		t.Error("others than approvers decide")
	}
}

func TestPowerOf(t *testing.T) {
	for subject, want := range map[string]Power{
		"feedback.in.app": Publish, "feedback.in.app.cn": Publish, "qingting.custody.record": Reveal,
		"qingting.approve.list": Ask, "qingting.approve.decide": Decide, "qingting.approve.decide.x": Decide, "qingting.approve.decided": Ask,
		"qingting.govern.users": Govern, "qingting.govern.officers.change": Keys,
		"feedback.in": "", "feedback.docs.00": "", "qingting.custody": "", "qingting.custody.": "", "qingting.x": "", "": "", "$JS.API.INFO": "",
	} {
		if got := PowerOf(subject); got != want {
			t.Errorf("%s: %q, want %q", subject, got, want)
		}
	}
}

func TestSubjects(t *testing.T) {
	for _, c := range []struct {
		roles []Role
		has   []string
		deny  []string
	}{
		{[]Role{Officer}, []string{"qingting.approve.>", "qingting.govern.officers.>"}, []string{"qingting.approve.decide", "qingting.approve.decide.>"}},
		{[]Role{Operator}, []string{"qingting.govern.>"}, []string{"qingting.govern.officers.>"}},
		{[]Role{Officer, Operator}, []string{"qingting.govern.>", "qingting.govern.officers.>"}, []string{"qingting.approve.decide", "qingting.approve.decide.>"}},
		{[]Role{Officer, Approver}, []string{"qingting.approve.>", "qingting.approve.decide"}, nil},
		{[]Role{Analyst}, []string{"qingting.lexicon.>"}, nil},
		{nil, nil, []string{">"}},
	} {
		allow, deny := Subjects(c.roles)
		for _, s := range c.has {
			if !slices.Contains(allow, s) {
				t.Errorf("%v may not publish to %s", c.roles, s)
			}
		}
		if len(c.roles) == 0 && len(allow) > 0 {
			t.Errorf("nobody may publish to %v", allow)
		}
		for _, s := range c.deny {
			if !slices.Contains(deny, s) {
				t.Errorf("%v may publish to %s", c.roles, s)
			}
		}
		for _, s := range c.has {
			if slices.Contains(deny, s) {
				t.Errorf("%v are denied %s", c.roles, s)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"lin": true, "wangq": true, "li.na-2": true, "u100236": true, "a_b": true, strings.Repeat("a", 32): true,
		"": false, "Lin": false, "1a": false, "张建国": false, "a b": false, "a@b.cn": false, "lin (says: x)": false, "a\n": false,
		"u13812345678": false, "p1-381-2345-678": false, strings.Repeat("a", 33): false,
	} {
		err := CheckName(name)
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if err != nil && len(name) > 2 && strings.Contains(err.Error(), name) {
			t.Errorf("the error repeats the name: %v", err)
		}
	}
	for system, want := range map[string]string{
		"lin": "lin", "Lin": "lin", `CORP\Lin.Na`: "corp-lin.na", "root": "root", "张建国": "local", "13812345678": "local", "": "local", "u13812345678": "local",
		strings.Repeat("a", 40): strings.Repeat("a", 32),
	} {
		if got := LocalName(system); got != want || CheckName(got) != nil {
			t.Errorf("%q: %q, want %q", system, got, want)
		}
	}
	if !Same("lin", "lin (says: wangq)") || Same("lin", "wangq (says: lin)") {
		t.Error("who one says one is counts")
	}
}

func TestRegister(t *testing.T) {
	token, err := NewToken()
	if err != nil {
		t.Fatal(err)
	}
	want := Users{{Name: "b", Roles: []Role{Officer, Approver}, Person: "E10023", TokenHash: HashToken(token)}, {Name: "a", Roles: []Role{Auditor}, TokenHash: HashToken("x"), Disabled: true}}
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), token) {
		t.Error("the register holds a token")
	}
	got, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Users{want[1], want[0]}, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if u, ok := got.ByToken(token); !ok || u.Name != "b" || !u.May(Reveal) || !u.May(Decide) || u.May(Govern) {
		t.Errorf("by token: %q, %v", u.Name, ok)
	}
	if u, ok := got.ByToken("x"); !ok || u.May(Audit) {
		t.Error("a disabled user may do something")
	}
	for _, no := range []string{"", "y", HashToken(token), token + " "} {
		if _, ok := got.ByToken(no); ok {
			t.Errorf("%q is a token", no)
		}
	}
	if none, err := Parse(nil); err != nil || none != nil {
		t.Errorf("no register: %v", err)
	}
	for _, bad := range []string{
		`{}`, `[{"name":"a"}]`, `[{"name":"a","roles":["officer"]}]`, `[{"name":"a","roles":["root"],"nkey":"U"}]`,
		`[{"name":"a","roles":["officer"],"token_sha256":"ab"}]`, string(data) + `[]`, `[{"name":"a","roles":["officer"],"nkey":"UX"}]`,
		`[{"name":"a","roles":["officer"],"token_sha256":"` + HashToken("x") + `","admin":true}]`,
		`[{"name":"a","roles":["officer"],"person":"13812345678","token_sha256":"` + HashToken("x") + `"}]`,
		`[{"name":"a","roles":["officer"],"person":"张建国","token_sha256":"` + HashToken("x") + `"}]`,
		`[{"name":"a","roles":["officer","officer"],"token_sha256":"` + HashToken("x") + `"}]`,
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("taken: %.60s", bad)
		}
	}
}

func TestConflicts(t *testing.T) {
	if got := Conflicts([]Role{Officer, Operator}); len(got) != 1 {
		t.Errorf("operator and officer: %v", got)
	}
	if got := Conflicts([]Role{Analyst, Publisher}); len(got) != 1 {
		t.Errorf("publisher and analyst: %v; they can test guesses at pseudonyms", got)
	}
	if got := Conflicts([]Role{Officer, Approver}); len(got) != 0 {
		t.Errorf("officer and approver: %v; each request parts them", got)
	}
}

// FuzzParse: whatever is read can be written and read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`[{"name":"a","roles":["officer"],"token_sha256":"` + HashToken("x") + `"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		users, err := Parse(data)
		if err != nil {
			return
		}
		again, err := users.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(again); err != nil {
			t.Fatal(err)
		}
	})
}
