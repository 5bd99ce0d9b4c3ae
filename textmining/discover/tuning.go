package discover

// tinyCorpus is the number of distinct documents under which no feature is too
// rare or too common to be used.
const tinyCorpus = 30

// tuning holds the numbers of the method: one set for all corpora, chosen on
// several together (testdata/figures.json has what it reaches).
type tuning struct {
	pairs    bool    // character pairs beside words
	minDF    int     // documents a feature must stand in
	maxDF    float64 // share of documents a feature may stand in
	maxWords int     // features that are words
	maxPairs int     // features that are character pairs

	rank     int     // directions of each embedding
	power    int     // refinements of the decomposition
	context  float64 // exponent of context counts in PPMI (Levy, Goldberg and Dagan, TACL 2015)
	sigma    float64 // exponent of the singular values in word vectors
	rare     float64 // a of SIF weights a/(a+p)
	lsaShare float64 // weight of LSA beside SIF, over 0 and under 1
	lsaSigma float64 // exponent of the singular values in LSA

	runs     int // clusterings that are joined, of few documents more: runsOf
	seedings int // beginnings of each, of which the best is kept
	rounds   int // of k-means at most
	sample   int // rows that k-means seeks its centres on

	emRounds   int     // of the mixture at most
	smooth     float64 // pseudo-count of each feature in a cluster
	tfPower    float64 // exponent of term counts in the mixture
	pairWeight float64 // of a character pair beside a word in the mixture
	kin        float64 // pseudo-counts of a feature by those that mean the like, if they explained all; see kinship
	countBeta  float64 // pseudo-count in the mixture that says how many clusters there are
}

func defaultTuning() tuning {
	return tuning{
		pairs: true, minDF: 3, maxDF: .3, maxWords: 20000, maxPairs: 20000,
		rank: 100, power: 2, context: 1, sigma: 1, rare: 3e-4, lsaShare: .55, lsaSigma: 1,
		runs: 8, seedings: 8, rounds: 20, sample: 10000,
		emRounds: 10, smooth: .1, tfPower: .5, pairWeight: .5, kin: 300, countBeta: .3,
	}
}

// Up to how many different documents more runs are joined: the fewer say what a
// cluster is, the more it differs from run to run, and a run costs less.
const (
	fewRows  = 6_000
	someRows = 20_000
)

// runsOf is how many clusterings of so many different documents are joined.
func (t tuning) runsOf(rows int) int {
	switch {
	case rows <= fewRows:
		return 4 * t.runs
	case rows <= someRows:
		return 3 * t.runs / 2
	}
	return t.runs
}
