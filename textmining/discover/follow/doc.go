// Package follow gives clusters an identity over time. Every fit of a clustering
// numbers its clusters anew; follow matches them with the themes of earlier
// fits, says what happened to each, and keeps what the analyst decided.
//
//	state, err := follow.Parse(data) // or new(follow.State) at first
//	result, err := state.Update(follow.Fit{Clusters: clusters, Period: periodOf})
//	for _, e := range result.Events { fmt.Println(e.Kind, e.ID, e.Before, e.After) }
//	err = state.Merge("d-3", "d-7")
//	data, err = state.Encode()
//
// Likeness of a theme and a cluster joins two views: the documents that both
// hold, as the geometric mean of the two containments (Ochiai 1957), and their
// term distributions, as 1 − Jensen–Shannon divergence in bits (Lin 1991). The
// fewer documents two fits share, the more the terms decide; with none they
// decide alone. The assignment is the best in total (Kuhn 1955). What is left
// over is new, gone, split off (a new cluster most of whose known documents came
// from one theme) or merged (a theme most of whose documents went to another's
// cluster).
//
// Guarantees: an id ("d-1", "d-2" …) is never given twice; the same state and
// fit give the same result; what an analyst named keeps its name, what was
// merged stays merged and split stays split when the clustering draws the line
// elsewhere, what was dismissed stays away until it is twice as large as then.
// The state holds no text: ids, names, terms with weights, counts by period and
// hashes of at most 256 document ids a theme. It is read strictly.
//
// A State is not safe for concurrent use. The package neither clusters nor
// names; terms and names must have been held to the k-customer rule before.
package follow
