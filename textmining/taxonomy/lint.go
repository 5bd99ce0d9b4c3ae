package taxonomy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/textmining/match"
)

// Severity says whether a problem keeps the taxonomy from being used.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is something wrong or suspicious in a taxonomy.
type Problem struct {
	Severity Severity `json:"severity"`
	Entry    string   `json:"entry,omitempty"` // id
	Message  string   `json:"message"`
}

func (p Problem) String() string {
	if p.Entry == "" {
		return p.Message
	}
	return fmt.Sprintf("%s: %s", p.Entry, p.Message)
}

var validID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxEntries bounds dimensions, pain points, themes and risks together.
const maxEntries = 1000

// Lint checks t. Errors: a missing or double id, a missing name, an unknown
// parent, polarity or scope, a malformed cue. Warnings: a cue that two themes
// share as anything but weak, a Chinese cue of one character or a Latin one of
// one or two, a theme without cues in a language.
func Lint(t *Taxonomy) []Problem {
	l := linter{t: t, owners: map[string]string{}}
	l.list("dimension", t.Dimensions)
	l.list("pain point", t.PainPoints)
	l.list("theme", t.Themes)
	l.list("risk", t.Risks)
	if n := len(t.Dimensions) + len(t.PainPoints) + len(t.Themes) + len(t.Risks); n > maxEntries {
		l.add(Error, "", "%d entries; at most %d can be compiled", n, maxEntries)
	}
	return l.problems
}

type linter struct {
	t        *Taxonomy
	problems []Problem
	seen     []string
	owners   map[string]string // theme phrase → theme
}

func (l *linter) add(s Severity, entry, format string, args ...any) {
	l.problems = append(l.problems, Problem{s, entry, fmt.Sprintf(format, args...)})
}

func (l *linter) list(what string, entries []Entry) {
	for i := range entries {
		e := &entries[i]
		if !validID.MatchString(e.ID) {
			l.add(Error, "", "%s %d has the id %q: use lower-case letters, digits and hyphens", what, i+1, e.ID)
			continue
		}
		if slices.Contains(l.seen, e.ID) {
			l.add(Error, e.ID, "the id is used twice: give each entry an id of its own")
		}
		l.seen = append(l.seen, e.ID)
		if e.ZH.Name == "" || e.EN.Name == "" {
			l.add(Error, e.ID, "a %s needs a name in zh and in en", what)
		}
		if !slices.Contains([]string{"", Complaint, Neutral, Praise}, e.Polarity) {
			l.add(Error, e.ID, "unknown polarity %q: use complaint, neutral or praise", e.Polarity)
		}
		if !slices.Contains([]string{"", Clause, Document}, e.Scope) {
			l.add(Error, e.ID, "unknown scope %q: use clause or document", e.Scope)
		}
		l.parents(what, e, "dimension", e.Dimensions, l.t.Dimensions)
		l.parents(what, e, "pain point", e.PainPoints, l.t.PainPoints)
		for _, id := range e.Yields {
			if what != "theme" || id == e.ID || !slices.ContainsFunc(l.t.Themes, func(k Entry) bool { return k.ID == id }) {
				l.add(Error, e.ID, "yields to %q: a theme yields to other themes, by their ids", id)
			}
		}
		l.wording(what, e, "zh", &e.ZH)
		l.wording(what, e, "en", &e.EN)
	}
}

func (l *linter) parents(what string, e *Entry, kind string, ids []string, known []Entry) {
	if len(ids) > 0 && what != "theme" {
		l.add(Error, e.ID, "a %s has no parents: only themes do", what)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(known, func(k Entry) bool { return k.ID == id }) {
			l.add(Error, e.ID, "unknown %s %q", kind, id)
		}
	}
}

func (l *linter) wording(what string, e *Entry, language string, w *Wording) {
	cues := 0
	for _, g := range w.groups() {
		for _, text := range g.texts {
			cues++
			p, err := l.t.pattern(text)
			if err != nil {
				l.add(Error, e.ID, "%s %s: %v", language, g.field, err)
				continue
			}
			l.cue(what, e, g.kind, text, p)
		}
	}
	if cues == 0 && (what == "theme" || what == "risk") {
		l.add(Warning, e.ID, "no cues in %s: the %s will never be found there", language, what)
	}
}

func (l *linter) cue(what string, e *Entry, kind match.Kind, text string, p match.Pattern) {
	if len(p.Sides) > 1 || len(p.Sides[0]) > 1 {
		return // a cue of several parts may have short parts and share them
	}
	for _, phrase := range p.Sides[0][0] {
		n := utf8.RuneCountInString(phrase)
		if r, _ := utf8.DecodeRuneInString(phrase); kind != match.Weak && (n < 2 || n < 3 && r < 0x2E80 && !strings.ContainsAny(phrase, "0123456789")) {
			l.add(Warning, e.ID, "the cue %q is too short to be sure of anything: make it weak, or longer", phrase)
		}
		if what != "theme" || kind == match.Weak || kind == match.Except {
			continue
		}
		key := strings.ToLower(phrase)
		if other, ok := l.owners[key]; ok && other != e.ID {
			l.add(Warning, e.ID, "the cue %q also belongs to %s: a text will carry both", phrase, other)
			continue
		}
		l.owners[key] = e.ID
	}
}
