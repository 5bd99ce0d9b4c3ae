package corpus

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed grammar/*.txt
var grammarFiles embed.FS

// grammar is what the files under grammar/ say. They hold, one a line:
//
//	theme <block>=<taxonomy ids> <weight> <products>   then its clauses:
//	  c complaint, d detail, w wish, p praise; C D W P the same in English
//	  c@<taxonomy ids> a clause about other themes than its block; c@- about none
//	    but those that its words name
//	slot <name> a|b|c                                  words for {name}
//	frame <channel> <kind> <template>                  kind c p q, C P Q
//	event <name> <kind> <template>
//
// In a template {name} is a slot and [a|b|] one of several, which may be empty;
// {+<taxonomy ids>} writes nothing and says that the words before it are about
// those themes, too.
type grammar struct {
	blocks []*block
	byName map[string]*block
	slots  map[string][]string
	frames map[string][]string // by "channel kind"
	events map[string][]clause // by "name kind"
}

type block struct {
	name     string
	weight   int
	products []string
	clauses  map[byte][]clause
}

// clause is a template and the themes it is about.
type clause struct {
	template string
	themes   []string
}

// loadGrammar reads the embedded files. They are part of the program, so what
// is wrong with them is a mistake in the program.
func loadGrammar() *grammar {
	g := &grammar{
		byName: map[string]*block{}, slots: map[string][]string{},
		frames: map[string][]string{}, events: map[string][]clause{},
	}
	names, err := fs.Glob(grammarFiles, "grammar/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(grammarFiles, name)
		if err != nil {
			panic(err)
		}
		if err := g.parse(string(content)); err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
	}
	return g
}

func (g *grammar) parse(content string) error {
	var current *block
	var themes []string
	n := 0
	for line := range strings.Lines(content) {
		n++
		line = strings.TrimRight(line, "\r\n")
		key, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case key == "theme":
			fields := strings.Fields(rest)
			if len(fields) < 3 {
				return fmt.Errorf("line %d: theme needs a name, a weight and a product", n)
			}
			name, ids, _ := strings.Cut(fields[0], "=")
			weight, err := strconv.Atoi(fields[1])
			if err != nil || ids == "" {
				return fmt.Errorf("line %d: malformed theme", n)
			}
			themes = strings.Split(ids, ",")
			current = &block{name: name, weight: weight, products: fields[2:], clauses: map[byte][]clause{}}
			g.blocks = append(g.blocks, current)
			g.byName[name] = current
		case key == "slot":
			name, list, _ := strings.Cut(rest, " ")
			g.slots[name] = splitChoices(list)
		case key == "frame", key == "event":
			fields := strings.SplitN(rest, " ", 3)
			if len(fields) != 3 {
				return fmt.Errorf("line %d: malformed %s", n, key)
			}
			name := fields[0] + " " + fields[1]
			if key == "frame" {
				g.frames[name] = append(g.frames[name], fields[2])
			} else {
				g.events[name] = append(g.events[name], clause{fields[2], eventThemes[fields[0]]})
			}
		default:
			kind, override, _ := strings.Cut(key, "@")
			if current == nil || len(kind) != 1 || !strings.Contains("cdwpCDWP", kind) {
				return fmt.Errorf("line %d: neither a clause nor a heading", n)
			}
			about := themes
			if override != "" {
				about = nil
				if override != "-" {
					about = strings.Split(override, ",")
				}
			}
			current.clauses[kind[0]] = append(current.clauses[kind[0]], clause{rest, about})
		}
	}
	return nil
}

// eventThemes are the taxonomy ids of the planted events' own wording.
var eventThemes = map[string][]string{
	"billing-change": {"charged-without-consent", "billing-opaque"},
	"harassment":     {"marketing-harassment"},
	"copypaste":      {"throttled", "misleading-promotion"},
}

// splitChoices splits at the bars that are in no bracket.
func splitChoices(list string) []string {
	var out []string
	depth, start := 0, 0
	for i := range len(list) {
		switch list[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '|':
			if depth == 0 {
				out = append(out, list[start:i])
				start = i + 1
			}
		}
	}
	return append(out, list[start:])
}
