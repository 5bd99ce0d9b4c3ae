package privacy

// Action is what becomes of a finding.
type Action string

// The actions.
const (
	Tag        Action = "tag"        // ⟦手机号⟧
	Pseudonym  Action = "pseudonym"  // ⟦手机号·kqzmwtbx⟧, the same person the same token
	Mask       Action = "mask"       // 138****5678
	Generalise Action = "generalise" // an address to its city, a date of birth to its year; else a tag
	Drop       Action = "drop"       // nothing
	// Keep leaves a finding as it is. Of candidates that overlap, detection finds
	// only the strongest: where that is of a type that is kept, what it hid is
	// kept with it.
	Keep Action = "keep"
)

// actions in the order in which an error lists them.
var actions = [...]Action{Tag, Pseudonym, Mask, Generalise, Drop, Keep}
