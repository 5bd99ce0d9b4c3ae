package name

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/internal/latin"
)

// latinTables are the word lists of Latin names, ready to look up. Read-only.
type latinTables struct {
	given, wordLike, family, surname, syllable, not, titles, particles *latin.Set
	cueEnds                                                            *latin.Set
	cues                                                               map[string][]latinCue // by last word
}

// latinCue is words before a name.
type latinCue struct {
	words  []string
	strong bool // a lower-case or unknown name is believed
}

const (
	strongLatinCues = "my name is|name is|the name is|name's|account name|account holder|cardholder|full name|name|under the name|under the name of|in the name of|customer name|named|goes by|signed|his name was|her name was|name was|called himself|called herself"
	weakLatinCues   = "i am|i'm|this is|agent|agents|representative|rep|technician|tech|operator|supervisor|manager|advisor|adviser|spoke to|spoke with|speak to|speak with|speaking to|speaking with|talked to|talked with|chatted with|dealt with|met|contacted by|called by|dear|regards|sincerely|cheers|hi|hello|ask for|asked for|contact|engineer|customer|mr and mrs|wife|husband|son|daughter|mother|father|brother|sister|signed by|attn|attention|c/o|says|said|called|thank|tell|told|victim|starring|featuring|it's|its"
	latinTitles     = "mr mrs ms miss dr prof professor mister sir rev capt sgt officer mx"
	particles       = "de da di del van von der den la le bin al el dos ter"
)

func newLatinTables() *latinTables {
	t := &latinTables{
		given: latin.NewSet(givenNames), wordLike: latin.NewSet(wordNames), family: latin.NewSet(familyNames),
		surname: latin.NewSet(pinyinSurnames), syllable: latin.NewSet(pinyinSyllables), not: latin.NewSet(notLatinNames),
		titles: latin.NewSet(latinTitles), particles: latin.NewSet(particles),
		cues: map[string][]latinCue{},
	}
	var ends []string
	for _, set := range []struct {
		phrases string
		strong  bool
	}{{strongLatinCues, true}, {weakLatinCues, false}} {
		for _, p := range strings.Split(set.phrases, "|") {
			ws := strings.Fields(p)
			last := ws[len(ws)-1]
			t.cues[last] = append(t.cues[last], latinCue{ws, set.strong})
			ends = append(ends, last)
		}
	}
	t.cueEnds = latin.NewSet(strings.Join(ends, " "))
	return t
}

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// pinyin says that w spells one or two syllables of a given name.
func (t *latinTables) pinyin(w string) bool {
	w = strings.ReplaceAll(strings.ReplaceAll(w, "-", ""), "'", "")
	if t.syllable.Has(w) {
		return true
	}
	for k := 1; k < len(w); k++ {
		if t.syllable.Has(w[:k]) && t.syllable.Has(w[k:]) {
			return true
		}
	}
	return false
}

// inEnglish is the confidence of a proposal in a text without Han characters.
// There the names that were learnt decide, for they know the words around:
// a rule with a clear cue stands above them, one that knows a given name or a
// spelling stands under them, and shapes alone do not count.
func inEnglish(p proposal, known bool) float64 {
	switch {
	case p.confidence >= 0.9:
		return p.confidence
	case p.rule == ruleLatinCue && !known, p.rule == ruleLatinLine, p.rule == ruleLatinKnown && p.confidence < 0.6:
		return min(p.confidence, 0.45)
	}
	return min(p.confidence, 0.59)
}

// latin finds names in Latin script.
func (s *scan) latin() {
	t, ws := s.rec.latin, latin.Words(s.t)
	plain := s.t.Seen&fold.Han == 0
	for i := 0; i < len(ws); {
		if ws[i].Kind != latin.Letters || s.inHandle(ws[i].Start) || i > 0 && ws[i-1].Text == "@" {
			i++
			continue
		}
		p, next := s.latinAt(t, ws, i)
		if plain {
			p.confidence = inEnglish(p, t.given.Has(ws[i].Lower) || t.surname.Has(ws[i].Lower))
		}
		if p.rule != "" {
			s.propose(p)
		}
		if p.rule != "" && p.rejected == "" {
			i = next
			continue
		}
		i++
	}
}

// latinAt decides on a name that starts at word i, and returns the word past it.
func (s *scan) latinAt(t *latinTables, ws []latin.Word, i int) (proposal, int) {
	cued, strong := t.cuedAt(ws, i)
	titled := t.titleBefore(ws, i-1) || i > 1 && ws[i-1].Text == "." && !ws[i-1].Gap && len(ws[i-2].Text) < 4 && t.titleBefore(ws, i-2)
	han := cue{}
	if ws[i].Start > 0 {
		han = s.cueFor(ws[i].Start)
	}
	first := &ws[i]
	known := t.given.Has(first.Lower)
	if !first.Capital() && !strong && !titled || t.not.Has(first.Lower) {
		return proposal{}, 0
	}
	end := t.extent(ws, i, first.Capital())
	n := end - i
	p := proposal{start: first.Start, end: ws[end-1].End}
	entry := cued || titled || known || han.kind != cueNone || t.surname.Has(first.Lower)
	surnameBehind := n >= 2 && t.family.Has(ws[end-1].Lower)
	spelt := n >= 2 && t.surname.Has(first.Lower) && t.pinyin(ws[i+1].Lower) || n == 2 && t.surname.Has(ws[i+1].Lower) && t.pinyin(first.Lower) && len(first.Lower) > 2
	titleBehind := false
	if k, ok := s.rec.vocab.titleAt(s.t, p.end); k > 0 && ok {
		titleBehind = true
	}
	switch {
	case titled && first.Capital():
		p.rule, p.confidence = ruleLatinTitle, 0.93
		p.evidence = []string{"title before"}
	case strong && (first.Capital() || known || t.family.Has(first.Lower) || spelt || ws[i-1].Lower == "is"):
		p.rule, p.confidence = ruleLatinCue, 0.9
		p.evidence = []string{"introduction or name field before"}
		if !first.Capital() && !known && !t.family.Has(first.Lower) && !spelt {
			p.confidence = 0.6
		}
	case han.kind >= cueIntro && first.Capital() && (!first.Upper() || known || n > 1), titleBehind && first.Capital() && (!first.Upper() || known):
		p.rule, p.confidence = ruleLatinCue, 0.85
		p.evidence = []string{"Chinese introduction before or title behind"}
	case cued && first.Capital() && (known || n >= 2 && !first.Upper() && t.nameShaped(ws[i:end])):
		p.rule, p.confidence = ruleLatinCue, 0.85
		p.evidence = []string{"role, greeting or sign-off before"}
	case han.kind == cueRole && first.Capital() && !first.Upper() && (known || n >= 2 && t.nameShaped(ws[i:end])):
		p.rule, p.confidence = ruleLatinCue, 0.8
		p.evidence = []string{"role before, known given name or two capitalised words"}
	case known && first.Capital() && n >= 2 && (surnameBehind || !t.wordLike.Has(first.Lower)):
		p.rule, p.confidence = ruleLatinKnown, 0.7
		p.evidence = []string{"known given name and a capitalised word"}
		if surnameBehind {
			p.confidence = 0.82
		}
	case entry && spelt && first.Capital() && ws[i+1].Capital() && ws[i+1].Gap:
		p.rule, p.confidence = ruleLatinKnown, 0.65
		p.evidence = []string{"spelt like a Chinese name"}
	case known && first.Capital() && !first.Upper() && !t.wordLike.Has(first.Lower) && !(i > 0 && placeBefore.Has(ws[i-1].Lower)):
		p.rule, p.confidence = ruleLatinKnown, 0.56
		p.evidence = []string{"known given name alone"}
	case known && first.Capital() && !t.wordLike.Has(first.Lower):
		p.rule, p.confidence, p.rejected = ruleLatinKnown, 0.4, "a given name alone"
	case first.Capital() && n >= 2 && n <= 3 && t.nameShaped(ws[i:end]) && !first.Upper() && t.line(ws, i, end):
		p.rule, p.confidence = ruleLatinLine, 0.6
		p.evidence = []string{"capitalised words that are all of a line or of the last sentence"}
	case first.Capital() && n >= 2 && !first.Upper() && t.nameShaped(ws[i:end]) && (surnameBehind && !everyday.Has(ws[end-1].Lower) || accented(ws[i:end]) && !(i > 0 && placeBefore.Has(ws[i-1].Lower))):
		p.rule, p.confidence = ruleLatinKnown, 0.58
		p.evidence = []string{"capitalised words with a surname or a foreign letter"}
	}
	return p, end
}

// extent returns the word past a name of up to four words that starts at word i.
func (t *latinTables) extent(ws []latin.Word, i int, capital bool) int {
	end := i + 1
	for k := i + 1; k < len(ws) && end-i < 4; k++ {
		w := &ws[k]
		if w.Text == "." && !w.Gap && len(ws[k-1].Text) == 1 && k+1 < len(ws) && ws[k+1].Gap && ws[k+1].Capital() {
			continue // an initial
		}
		if w.Kind != latin.Letters || !w.Gap || w.Line || k+1 < len(ws) && !ws[k+1].Gap && ws[k+1].Kind == latin.Digits { // Rossi YA6197511
			break
		}
		if t.particles.Has(w.Lower) && k+1 < len(ws) && ws[k+1].Capital() && ws[k+1].Gap {
			continue
		}
		initial := len(w.Text) == 1 && w.Capital() && k+1 < len(ws) // Martim A Pereira
		if capital && !w.Capital() || t.not.Has(w.Lower) && !initial {
			break
		}
		if !capital && !(t.family.Has(w.Lower) || t.surname.Has(ws[i].Lower) && t.pinyin(w.Lower)) {
			break
		}
		if !initial || ws[k+1].Text == "." && !ws[k+1].Gap {
			end = k + 1
		}
	}
	return end
}

// nameShaped says that none of the words is an everyday word in capitals.
func (t *latinTables) nameShaped(ws []latin.Word) bool {
	for k := range ws {
		w := &ws[k]
		if w.Kind == latin.Letters && (t.not.Has(w.Lower) || w.Upper() && len(w.Text) <= 4) {
			return false
		}
	}
	return true
}

// cuedAt says that English words before word i announce a name.
func (t *latinTables) cuedAt(ws []latin.Word, i int) (cued, strong bool) {
	k := i - 1
	colon := false
	for ; k >= 0 && ws[k].Kind == latin.Mark; k-- {
		switch ws[k].Text {
		case ":":
			colon = true
		case ",", "\"", "-", "(":
		default:
			return false, false
		}
	}
	if k < 0 || !t.cueEnds.Has(ws[k].Lower) {
		return false, false
	}
	for _, c := range t.cues[ws[k].Lower] {
		n := len(c.words)
		if k-n+1 < 0 {
			continue
		}
		ok := true
		for x, w := range c.words {
			if ws[k-n+1+x].Lower != w {
				ok = false
				break
			}
		}
		if !ok {
			continue
		}
		cued = true
		if c.strong && (n > 1 || colon || c.words[0] == "named" || c.words[0] == "name's") {
			strong = true
		}
	}
	return cued, strong
}

// titleBefore says that word k is a title, and no unit of measure: 12 ms.
func (t *latinTables) titleBefore(ws []latin.Word, k int) bool {
	return k >= 0 && t.titles.Has(ws[k].Lower) && !(k > 0 && ws[k-1].Kind == latin.Digits)
}

// everyday are surnames that are words of a headline too.
var everyday = latin.NewSet("price long black white green hunt rice gray wood stone hill king hall bell lane fox hart wells woods burns young brown rose hope marshall gold field fields knight cook ward mills may " +
	"hunter baker carter cooper fisher gardner palmer carpenter weaver butler foster page post power powers rich strong sharp best wise wolf berg marino roman romano")

// placeBefore are words before a capitalised one that make it a place.
var placeBefore = latin.NewSet("in at near the san santa los las port lake mount st fort new")

// line says that words i to end are the whole of a line, quoted or not, or the
// last sentence of the text.
func (t *latinTables) line(ws []latin.Word, i, end int) bool {
	begins := i == 0 || ws[i].Line || ws[i-1].Text == ">" && (i == 1 || ws[i-1].Line)
	last := end == len(ws) || end == len(ws)-1 && ws[end].Text == "."
	if last && i > 0 && (ws[i-1].Text == "." || ws[i-1].Text == "?" || ws[i-1].Text == "!") {
		begins = true
	}
	return begins && (last && i > 0 || end < len(ws) && ws[end].Line)
}

// accented says that a word has a letter that English lacks.
func accented(ws []latin.Word) bool {
	for _, w := range ws {
		for _, r := range w.Text {
			if r > 0x7f && r != '’' {
				return true
			}
		}
	}
	return false
}
