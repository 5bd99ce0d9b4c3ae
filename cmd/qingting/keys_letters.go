package main

import (
	"fmt"
	"slices"
	"strings"

	"qingting/privacy/vault"
)

// letterKeys says who can open the dead letters. A letter is sealed to the
// officers of its day, and a rotation cannot seal it anew: that takes its
// content. Retried, it is sealed anew, as a record or as a letter.
type letterKeys struct {
	opens   map[string]int // by fingerprint
	closed  int            // that no officer of now opens
	unknown int            // older ones, of which it is not written
}

// keysOfLetters reads it from the numbers of letters that are sealed to a set.
func keysOfLetters(letters map[vault.Set]int, r vault.Register) letterKeys {
	k := letterKeys{opens: make(map[string]int)}
	for set, n := range letters {
		if set == "" {
			k.unknown += n
			continue
		}
		for print := range strings.SplitSeq(string(set), ",") {
			k.opens[print] += n
		}
		if !slices.ContainsFunc(r.Active(), func(o vault.Officer) bool { return set.Has(o.Fingerprint()) }) {
			k.closed += n
		}
	}
	return k
}

// tell warns of letters that nobody opens, or perhaps nobody.
func (k letterKeys) tell(con *console) {
	if k.closed > 0 {
		fmt.Fprintf(con.Err, "warning: %d dead letters open with no officer's key of now, and rotate does not touch them: "+
			"have them taken back with a retired officer's identity, \"qingting dead retry\", before it is destroyed.\n", k.closed)
	}
	if k.unknown > 0 {
		fmt.Fprintf(con.Err, "warning: of %d older dead letters it is not written to whom they are sealed: retry them before the last officer of their days goes.\n", k.unknown)
	}
}
