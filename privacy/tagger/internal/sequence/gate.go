package sequence

import "qingting/privacy/fold"

// Gate says, by the characters around a unit alone, where a person's name may
// begin, so that the rest of a text need not be read as words. Its weights lie
// in one small table without marks: features that share a cell were learnt
// together. A Gate is read-only.
type Gate struct {
	Weights []int8  // GateCells of them
	Early   int32   // the sum of its first features from which the others of a unit are looked at
	Least   int32   // the sum of all from which it passes
	First   float32 // the [Lead] from which the next unit is looked at
	Second  float32 // the [Opening] from which the text around both is read
}

// Of the gate's table and features.
const (
	gateBits     = 18
	GateCells    = 1 << gateBits
	GateFeatures = 12
)

// GateKeys fills dst with the cells of the gate's features at unit i of the
// text, which lies in the sentence that was begun. It says no where no name begins.
func (r *Reader) GateKeys(i int, dst *[GateFeatures]uint32) bool {
	if r.t.Units[i].Class&fold.Han == 0 {
		return false
	}
	w := (*[2*pad + 1]unit)(r.units[i-r.from : i-r.from+2*pad+1])
	earlyGate(r.chars, w, (*[early]uint32)(dst[:]))
	lateGate(w, (*[GateFeatures - early]uint32)(dst[early:]))
	return true
}

// early is how many features are looked at first: they turn most units away.
const early = 3

func earlyGate(t *charTables, w *[2*pad + 1]unit, dst *[early]uint32) {
	d, e, f := w[4].code, w[5].code, w[6].code
	dst[0] = gateCell(8, d)
	dst[1] = gateCell(1, d<<16|e)
	dst[2] = gateCell(12, t.kind(d)<<16|t.kind(e)<<8|t.kind(f))
}

func lateGate(w *[2*pad + 1]unit, dst *[GateFeatures - early]uint32) {
	b, c, d, e, f, g := w[2].code, w[3].code, w[4].code, w[5].code, w[6].code, w[7].code
	dst[0] = gateCell(2, c<<16|d)
	dst[1] = gateCell(3, e<<16|f)
	dst[2] = gateCell(4, d<<32|e<<16|f)
	dst[3] = gateCell(5, c<<32|d<<16|e)
	dst[4] = gateCell(6, b<<16|c)
	dst[5] = gateCell(7, f<<16|g)
	dst[6] = gateCell(9, c)
	dst[7] = gateCell(10, f)
	dst[8] = gateCell(11, e<<32|f<<16|g)
}

func gateCell(template, value uint64) uint32 {
	h := (value ^ template*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return uint32((h ^ h>>29) * 0x9E3779B97F4A7C15 >> (64 - gateBits))
}

// Sums is what the gate makes of the features' cells: of the first, and of all.
func (g *Gate) Sums(cells *[GateFeatures]uint32) (first, all int32) {
	w := (*[GateCells]int8)(g.Weights)
	for i, c := range cells {
		if i == early {
			first = all
		}
		all += int32(w[c])
	}
	return first, all
}

// Passes says whether a name may begin at unit i of the text, which lies in the
// sentence that the reader has begun.
func (g *Gate) Passes(r *Reader, i int) bool {
	if r.t.Units[i].Class&fold.Han == 0 {
		return false
	}
	weights := (*[GateCells]int8)(g.Weights)
	w := (*[2*pad + 1]unit)(r.units[i-r.from : i-r.from+2*pad+1])
	var a [early]uint32
	earlyGate(r.chars, w, &a)
	sum := int32(0)
	for _, c := range a {
		sum += int32(weights[c])
	}
	if sum < g.Early {
		return false
	}
	var b [GateFeatures - early]uint32
	lateGate(w, &b)
	for _, c := range b {
		sum += int32(weights[c])
	}
	return sum >= g.Least
}

// Lead is how far the score of a person's first unit leads all else, or falls behind.
func Lead(u *Scores) float32 {
	rest := never
	for y, v := range u {
		if y != int(firstPerson) {
			rest = max(rest, v)
		}
	}
	return u[firstPerson] - rest
}

// Opening is how far the best labels of two units that begin a person's name
// of more than one lead all others, or fall behind.
func Opening(u *[2]Scores, trans *Transitions) float32 {
	name, rest := never, never
	for y, v := range &u[1] {
		for _, x := range Edges[y] {
			s := u[0][x] + trans[x][y] + v
			if x == firstPerson {
				name = max(name, s)
			} else {
				rest = max(rest, s)
			}
		}
	}
	return name - rest
}
