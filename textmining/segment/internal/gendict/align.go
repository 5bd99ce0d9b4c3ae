package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// pair maps a traditional character to its simplified form.
type pair struct{ from, to rune }

// alsoTraditional are forms that the alignment does not meet: variants that
// gse's traditional dictionary writes another way.
var alsoTraditional = []pair{
	{'為', '为'}, {'裡', '里'}, {'綫', '线'}, {'說', '说'}, {'鍾', '钟'}, {'衛', '卫'}, {'麽', '么'},
	{'啓', '启'}, {'啟', '启'}, {'閒', '闲'}, {'緖', '绪'}, {'內', '内'}, {'卻', '却'}, {'銹', '锈'},
	{'潁', '颍'}, {'虛', '虚'}, {'眾', '众'}, {'溫', '温'}, {'脫', '脱'}, {'稅', '税'}, {'悅', '悦'},
	{'閱', '阅'}, {'銳', '锐'}, {'戶', '户'}, {'産', '产'}, {'喫', '吃'},
}

// keepAbove is the weight in the simplified dictionary above which a character
// is a simplified one too (乾 in 乾隆, 瞭 in 瞭望) and must stay as it is.
const keepAbove = 150

// align learns which traditional character stands for which simplified one.
// The two dictionaries list the same words with the same frequency and tag, so
// a traditional word whose other characters are already read has one partner:
// the word of that shape, frequency and tag. Four rounds read what the earlier
// ones have learned.
func align(simplified, traditional []entry) []pair {
	type shape struct{ freq, tag, text string }
	weight := map[rune]int{}
	partners := map[shape][]rune{}
	var key []rune
	shapes := func(e entry, visit func(i int, r rune, s shape)) {
		for i, r := range key {
			key[i] = '*'
			visit(i, r, shape{e.freq, e.tag, string(key)})
			key[i] = r
		}
	}
	for _, e := range simplified {
		freq, err := strconv.Atoi(e.freq)
		if err != nil {
			continue
		}
		key = append(key[:0], []rune(e.text)...)
		for _, r := range key {
			weight[r] += freq
		}
		if len(key) < 2 {
			continue
		}
		shapes(e, func(_ int, r rune, s shape) {
			partners[s] = append(partners[s], r)
		})
	}
	learned := map[rune]rune{}
	for range 4 {
		votes := map[rune]map[rune]int{}
		for _, e := range traditional {
			source := []rune(e.text)
			if len(source) < 2 {
				continue
			}
			key = key[:0]
			for _, r := range source {
				if to, ok := learned[r]; ok {
					r = to
				}
				key = append(key, r)
			}
			shapes(e, func(i int, _ rune, s shape) {
				if found := partners[s]; len(found) == 1 {
					if votes[source[i]] == nil {
						votes[source[i]] = map[rune]int{}
					}
					votes[source[i]][found[0]]++
				}
			})
		}
		learned = elect(votes)
	}
	for _, p := range alsoTraditional {
		learned[p.from] = p.to
	}
	var pairs []pair
	for from, to := range learned {
		if weight[from] <= keepAbove {
			pairs = append(pairs, pair{from, to})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return int(a.from - b.from) })
	return pairs
}

// elect keeps the readings that at least three votes in five agree on.
func elect(votes map[rune]map[rune]int) map[rune]rune {
	out := map[rune]rune{}
	for from, count := range votes {
		best, top, total := rune(0), 0, 0
		for to, n := range count {
			total += n
			if n > top || n == top && to < best {
				best, top = to, n
			}
		}
		if best != from && 5*top > 3*total {
			out[from] = best
		}
	}
	return out
}

func table(pairs []pair) []byte {
	var b bytes.Buffer
	for _, p := range pairs {
		fmt.Fprintf(&b, "%c%c\n", p.from, p.to)
	}
	return b.Bytes()
}
