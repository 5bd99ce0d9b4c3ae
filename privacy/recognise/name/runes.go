package name

// runes is a set of runes of the basic plane. Read-only once filled.
type runes [0x10000 / 64]uint64

func runeSet(s string) *runes {
	m := new(runes)
	for _, r := range s {
		m.add(r)
	}
	return m
}

func (m *runes) add(r rune) { m[r>>6] |= 1 << (r & 63) }

func (m *runes) has(r rune) bool { return uint32(r) < 0x10000 && m[r>>6]&(1<<(r&63)) != 0 }

// lists are lists by a rune of the basic plane. Read-only once filled.
type lists[T any] struct {
	at [0x10000]uint16 // where in all, one more
	of [][]T
}

func (l *lists[T]) add(r rune, v T) {
	if l.at[r] == 0 {
		l.of = append(l.of, nil)
		l.at[r] = uint16(len(l.of))
	}
	i := l.at[r] - 1
	l.of[i] = append(l.of[i], v)
}

func (l *lists[T]) get(r rune) []T {
	if uint32(r) >= 0x10000 || l.at[r] == 0 {
		return nil
	}
	return l.of[l.at[r]-1]
}
