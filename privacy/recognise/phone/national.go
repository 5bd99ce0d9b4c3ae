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
	Need:  recognise.Need{Runs: 7},
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
			spoken := w.Groups > 1 && (announced(p, w.Start) || filed(p, w.End))
			label, impersonal := p.Labelled(w.Start)
			if impersonal || service(w.Value) || money(p, w.Start, w.End) || strings.HasPrefix(w.Value, "800") || strings.HasPrefix(w.Value, "1800") || strings.HasPrefix(w.Value, "888") {
				continue
			}
			c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.62, Evidence: []string{"word for a telephone before"}}
			switch {
			case label&recognise.Phone != 0:
				c.Confidence = 0.85
			case spoken:
				c.Confidence = 0.7
				c.Evidence = []string{"words of calling before, or the place of the telephone behind"}
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
	True:  []string{"mobile «07700 900307»", "my phone is «0341 8387176»", "Phone:\n«780 6326»", "call «(08) 8747 6301»", "tel «01.84.17.61.18»", "stop sending messages to «699 956 915»", "nobody is answering at «78 651 450»", "reach me on «(37) 788-063»", "«082 490 1693»-Office"},
	False: []string{"phone order 4155550", "phone for $1234567", "phone in 2023", "0341 8387176", "call 800 555 0198", "phone 10.25 GB 300", "moved on to 699 956 915", "messages to 699956915 items"},
}

// callingWords end what announces a number of a person without a word for a telephone.
var callingWords = strings.Split("messages to|message to|texts to|text to|sms to|texting|answering at|answering on|reach me at|reach me on|reach us at|reach us on|reached at|reached on|call me at|call me on|call us on|call us at|called me on|"+
	"contact me at|contact me on|text me at|text me on|call me back on|call me back at|ring me on|my registered|dial|dialled|dialed|whatsapp|fax", "|")

// announced says that words of calling stand right before unit at.
func announced(p *recognise.Page, at int) bool {
	end := at
	for end > 0 && strings.ContainsRune(" :#(.-+\n", p.Rune(end-1)) {
		end--
	}
	for _, w := range callingWords {
		from := end - len(w)
		if from < 0 || p.Is(from-1, fold.Letter) {
			continue
		}
		same := true
		for i := 0; same && i < len(w); i++ {
			r := p.Rune(from + i)
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			same = r == rune(w[i])
		}
		if same {
			return true
		}
	}
	return false
}

// filed says that "-Office" or the like stands right behind unit at, as cards
// have it.
func filed(p *recognise.Page, at int) bool {
	if p.Rune(at) != '-' {
		return false
	}
	for _, w := range [...]string{"Office", "Fax", "Home", "Work", "Mobile", "Cell"} {
		same := true
		for i := 0; same && i < len(w); i++ {
			same = p.Rune(at+1+i) == rune(w[i])
		}
		if same {
			return true
		}
	}
	return false
}
