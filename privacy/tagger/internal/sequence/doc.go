// Package sequence is the model of the tagger: labels, features, the table of
// weights and the chain that decodes them. The tagger runs it, and the command
// that trains it shares it, so that both see the same features.
//
//	r.Begin(t, from, to)
//	r.Prepare(from, to)
//	for i := from; i < to; i++ {
//		r.Keys(i, &keys)
//		model.Sum(&keys, &chain.Units[i-from])
//	}
//	chain.Best(labels)
//
// Scores are sums of small integers times one scale and every product is
// rounded, so that results do not depend on the machine. A Reader and a Chain
// are scratch space of one goroutine; a Model is read-only.
package sequence
