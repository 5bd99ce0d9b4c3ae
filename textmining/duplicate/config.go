package duplicate

// Config says what counts as nearly the same, and how much is kept.
type Config struct {
	// Threshold is the Jaccard index from which texts of 30 characters and more,
	// of Latin letters 60, are near-duplicates, over 0 to 1; 0 means 0.5. Shorter
	// ones must have more in common, by 0.3 at 8 characters. At 10 % edited
	// characters the index is 0.6 and more, of Latin letters 0.53.
	Threshold float64
	// Max is how many documents are kept; the oldest fall out, and what they held
	// together stays together. 0 means 1,000,000.
	Max int
	// Bands is how many bands of four values a text is looked up by, 32 at most,
	// which 0 means. Half of them take half the memory and time, and miss one in
	// ten of the pairs whose index is 0.6, one in two thousand at 0.8.
	Bands int
	// Follow is told how groups change; nil is nobody.
	Follow Follower
}

// Follower is told, while Add or Forget run, how groups change, so that it can
// know them without asking and beyond the documents that an Index keeps. It must
// not ask the Index back.
type Follower interface {
	// Met tells that a document is like another for the first time, or again
	// after it had been alone.
	Met(id uint64)
	// Joined tells that the documents of one group belong to an older one now.
	Joined(group, older Group)
	// Parted tells that a document's group fell apart: it is of a new one now.
	Parted(id uint64, group Group)
}

const (
	defaultThreshold = .5
	defaultMax       = 1_000_000
	// deep is how many texts of one band are looked at, the latest first.
	deep = 64
)
