package recognise

// sign reports whether r is one of the signs that rules look for everywhere in
// a text: what anchors an address of mail, of the network, a position, a secret
// of a program.
func sign(r rune) bool {
	switch r {
	case '@', '#', ':', '=', '_', '.', '-', '°', '度', '◎', '㊫':
		return true
	}
	return false
}

// mark notes where the signs are, in one pass for all rules.
func (p *Page) mark() {
	for i := range p.Units {
		if sign(p.Units[i].Rune) {
			p.signs = append(p.signs, int32(i))
		}
	}
}

// EachSign calls yield for each unit that is one of the signs of all rules, in
// order, with its rune: @ # : = _ . - ◎ ㊫ and the signs of degrees.
func (p *Page) EachSign(yield func(i int, r rune)) {
	for _, i := range p.signs {
		yield(int(i), p.Units[i].Rune)
	}
}
