package score

import "math"

// Report is the measurement of a set of texts.
type Report struct {
	Documents int            `json:"documents"`
	Types     []TypeReport   `json:"types"`
	Overall   TypeReport     `json:"overall"`
	Ignored   map[string]int `json:"ignored,omitempty"` // labelled spans of types that are not claimed
	// CleanCharactersMasked is how many of the characters outside every label
	// were replaced, CleanDocumentsTouched how many of the texts without any.
	CleanCharactersMasked Proportion  `json:"clean_characters_masked"`
	CleanDocumentsTouched Proportion  `json:"clean_documents_touched"`
	Tags                  []TagReport `json:"tags,omitempty"`
	Calibration           Calibration `json:"calibration"`
}

// TagReport is the measurement of the texts that bear a tag, all types pooled.
type TagReport struct {
	Tag       string `json:"tag"`
	Documents int    `json:"documents"`
	TypeReport
	CleanCharactersMasked Proportion `json:"clean_characters_masked"`
	CleanDocumentsTouched Proportion `json:"clean_documents_touched"`
}

// TypeReport is the measurement of one type, or of all.
type TypeReport struct {
	Type      string     `json:"type,omitempty"`
	Gold      int        `json:"gold"`
	Predicted int        `json:"predicted"`
	Strict    Measure    `json:"strict"`
	Lenient   Measure    `json:"lenient"`
	NoLeak    Proportion `json:"no_leak"` // labelled spans replaced whole
	Covered   Proportion `json:"covered"` // characters of labelled spans replaced
}

// Measure is precision and recall, and their weighted harmonic means.
type Measure struct {
	Precision Proportion `json:"precision"`
	Recall    Proportion `json:"recall"`
	F1        float64    `json:"f1"`
	F2        float64    `json:"f2"`
}

// Proportion is Hits of Total, and its Wilson score interval at 95 %. With a
// Total of 0 nothing is known: Value is 0, the interval 0 to 1.
type Proportion struct {
	Hits  int     `json:"hits"`
	Total int     `json:"total"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func measure(hits, predicted, gold int) Measure {
	m := Measure{Precision: Share(hits, predicted), Recall: Share(hits, gold)}
	m.F1 = fBeta(hits, predicted, gold, 1)
	m.F2 = fBeta(hits, predicted, gold, 2)
	return m
}

func fBeta(hits, predicted, gold int, beta float64) float64 {
	b2 := beta * beta
	if predicted+gold == 0 {
		return 0
	}
	return (1 + b2) * float64(hits) / (b2*float64(gold) + float64(predicted))
}

// z is the 97.5 % point of the normal distribution.
const z = 1.959963984540054

// Share is hits of total with its interval.
func Share(hits, total int) Proportion {
	if total == 0 {
		return Proportion{High: 1}
	}
	n, p := float64(total), float64(hits)/float64(total)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Proportion{Hits: hits, Total: total, Value: p, Low: max(0, middle-half), High: min(1, middle+half)}
}
