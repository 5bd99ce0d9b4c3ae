package name

// The ids of the rules, as findings carry them.
const (
	ruleCue        = "name.cue"
	ruleTitle      = "name.title"
	rulePrefix     = "name.prefix"
	ruleSurname    = "name.surname"
	ruleWide       = "name.field"
	ruleBare       = "name.bare"
	ruleDotted     = "name.dotted"
	ruleLatinCue   = "name.latin.cue"
	ruleLatinTitle = "name.latin.title"
	ruleLatinKnown = "name.latin.known"
)
