package phone

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// national finds what no numbering plan of ours covers: the national numbers of
// other countries, as people of those countries write them.
var national = recognise.Rule{
	ID: "phone.national", Type: rule.Phone,
	About: "7 to 13 digits in up to six groups, after a word for a telephone in a text without Han characters (ITU-T E.164, national form)",
	Need:  recognise.Need{Runs: 7, Cues: recognise.Phone},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		if p.Seen&fold.Han != 0 {
			return
		}
		for _, r := range p.Runs {
			if r.Hi-r.Lo < 7 || r.Hi-r.Lo > 13 {
				continue
			}
			w, ok := p.Window(r, r.Lo, r.Hi-r.Lo)
			if !ok || w.Kinds != recognise.Plain || w.Letter || w.Masked || w.Groups > 6 || w.Decimal && w.Groups < 3 {
				continue
			}
			label, impersonal := p.Labelled(w.Start)
			if impersonal || service(w.Value) || money(p, w.Start, w.End) || strings.HasPrefix(w.Value, "800") || strings.HasPrefix(w.Value, "1800") || strings.HasPrefix(w.Value, "888") {
				continue
			}
			c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.62, Evidence: []string{"word for a telephone before"}}
			switch {
			case label&recognise.Phone != 0:
				c.Confidence = 0.85
			case p.Before(w.Start, 25)&recognise.Phone == 0 && p.After(w.End, 20)&recognise.Phone == 0:
				continue
			}
			if p.Rune(c.Start-1) == '(' && closes(p, c.Start) {
				c.Start--
			}
			if ext, end := extension(p, c.End); ext != "" {
				c.End = end
			}
			emit(c)
		}
	},
	True:  []string{"mobile «07700 900307»", "my phone is «0341 8387176»", "Phone:\n«780 6326»", "call «(08) 8747 6301»", "tel «01.84.17.61.18»"},
	False: []string{"phone order 4155550", "phone for $1234567", "phone in 2023", "0341 8387176", "call 800 555 0198", "phone 10.25 GB 300"},
}
