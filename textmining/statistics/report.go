package statistics

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Query chooses what a Report covers. The zero value covers the thirty days up
// to the last document.
type Query struct {
	From, To time.Time // days, To exclusive; a zero To is the day after the last document, a zero From lies Days before To
	Days     int       // 0 means 30; not looked at when From is given
	Channel  string    // "" is every channel
	Region   string
	Product  string
	TopN     int // themes and risks to show; 0 means 10, below 0 all
	K        int // fewest customers a figure may rest on; 0 means 5
	Step     int // days a point of a series covers; 0 chooses: at most 31 points, fewer where they would be withheld
	Quotes   int // quotes a label; 0 means 1, below 0 none
	// FalseAlarms is how many bursts chance may raise a label and year in a
	// Series; 0 means 1.
	FalseAlarms float64
}

// Report is what a Store says about a period, and how that compares with the
// period of the same length before it.
type Report struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // exclusive
	Channel  string    `json:"channel,omitempty"`
	Region   string    `json:"region,omitempty"`
	Product  string    `json:"product,omitempty"`
	K        int       `json:"k"`
	StepDays int       `json:"step_days"`
	Taxonomy string    `json:"taxonomy,omitempty"`
	// Provisional is how many days at the end of the period are not over, or
	// have more than one piece in twenty still to come.
	Provisional int `json:"provisional_days,omitempty"`

	Documents  Count    `json:"documents"`
	Customers  Count    `json:"customers"`
	Distinct   Count    `json:"distinct"` // documents that nearly repeat no other of the period
	Repeats    Count    `json:"repeats"`  // those in which a customer says the same again
	Copies     Count    `json:"copies"`   // those that say the same as another customer's
	Previous   Count    `json:"previous"`
	Change     *float64 `json:"change,omitempty"` // 0.25 is 25 % more
	Untagged   Count    `json:"untagged"`         // documents without any theme
	MeanRating *float64 `json:"mean_rating,omitempty"`
	// RatingScale is the best rating there can be, as far as the ratings of all
	// documents tell: 5, 10 or 100; 0 without ratings.
	RatingScale float64 `json:"rating_scale,omitempty"`
	Sentiment   *Tones  `json:"sentiment,omitempty"`
	Series      []Count `json:"series,omitempty"`

	PainPoints []Line `json:"pain_points"`
	Themes     []Line `json:"themes"`
	Dimensions []Line `json:"dimensions"`
	Risks      []Line `json:"risks"`

	Campaigns []Campaign `json:"campaigns"`
}

// Line is one label in a Report. A nil figure is withheld or unknown.
type Line struct {
	ID             string   `json:"id"`
	ZH             string   `json:"zh"`
	EN             string   `json:"en"`
	Documents      Count    `json:"documents"`
	Customers      Count    `json:"customers"`
	Distinct       Count    `json:"distinct"` // as of a Report, and with Repeats and Copies all of Documents
	Repeats        Count    `json:"repeats"`
	Copies         Count    `json:"copies"`
	Repeaters      Count    `json:"repeat_customers"`  // customers who spoke of it more than once
	Share          *float64 `json:"share,omitempty"`   // of the period's documents
	Previous       Count    `json:"previous"`          // documents in the period before
	Change         *float64 `json:"change,omitempty"`  // 0.25 is 25 % more
	P              *float64 `json:"p_value,omitempty"` // of the change
	Significant    bool     `json:"significant"`       // the change, at a false discovery rate of 5 %
	Series         []Count  `json:"series,omitempty"`
	MeanRating     *float64 `json:"mean_rating,omitempty"`
	Satisfaction   *float64 `json:"satisfaction,omitempty"` // 0 all complaint, 50 even, 100 all praise
	ComplaintShare *float64 `json:"complaint_share,omitempty"`
	TopChannel     *Place   `json:"top_channel,omitempty"`
	TopRegion      *Place   `json:"top_region,omitempty"`
	Burst          *Burst   `json:"burst,omitempty"`
	Quotes         []Quote  `json:"quotes,omitempty"`
}

// Tones are shares of documents by sentiment; they add up to 1.
type Tones struct {
	Positive float64 `json:"positive"`
	Neutral  float64 `json:"neutral"`
	Negative float64 `json:"negative"`
}

// Place is a channel or region and how much of a label comes from it.
type Place struct {
	Name      string   `json:"name"`
	Documents Count    `json:"documents"`
	Share     *float64 `json:"share,omitempty"` // of the label's documents
}

// Burst is a day on which a label came up far more often than its weekday, its
// level of the ten weeks before and the rest of the day's feedback let expect,
// and the days about it that were above that, too.
type Burst struct {
	Day      time.Time `json:"day"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // the last of its days
	Observed int       `json:"observed"`
	Expected float64   `json:"expected"`
	P        float64   `json:"p_value"`
}

// Quote is a redacted text that stands for a label.
type Quote struct {
	Record string    `json:"record"`
	Text   string    `json:"text"`
	Time   time.Time `json:"time"`
}

// Count is a number of documents or customers that may be withheld because it
// rests on too few customers, or would give away one that does. In JSON it is a number, or a string such as "<5".
type Count struct {
	N     int // 0 when withheld
	Below int // when withheld: the least number that would have been shown
}

// Withheld reports a count that rests on too few customers.
func (c Count) Withheld() bool { return c.Below > 0 }

func (c Count) String() string {
	if c.Withheld() {
		return "<" + strconv.Itoa(c.Below)
	}
	return strconv.Itoa(c.N)
}

// MarshalJSON implements json.Marshaler.
func (c Count) MarshalJSON() ([]byte, error) {
	if c.Withheld() {
		return json.Marshal(c.String())
	}
	return strconv.AppendInt(nil, int64(c.N), 10), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Count) UnmarshalJSON(data []byte) error {
	var n int
	if json.Unmarshal(data, &n) == nil {
		*c = Count{N: n}
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("malformed count: %w", err)
	}
	below, err := strconv.Atoi(strings.TrimPrefix(s, "<"))
	if err != nil || below < 1 || !strings.HasPrefix(s, "<") {
		return fmt.Errorf("malformed count: want a number or a string such as \"<5\"")
	}
	*c = Count{Below: below}
	return nil
}
