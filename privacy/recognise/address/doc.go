// Package address finds postal addresses, Chinese and English, from the first
// administrative unit to the last room number.
//
//	r := address.New()
//	r.Recognise(fold.New("家住杭州市西湖区文三路200号3幢501室"), false, func(c rule.Candidate) { … })
//
// A Chinese address is a chain of segments: province, city, district, town,
// village, road, number, estate, building, unit, floor, room; words of speech may
// join two of them (电子二路那个16号院). It is proposed
// only when it goes down to a door, a building, a room or a village group: a
// city, a road, a mall or a service hall alone says where something is, not
// who lives there. The search starts at such a last segment (a number with 号,
// 栋, 室, 组 …) and reads backwards as far as the grammar carries, so that text
// without one costs a table look-up a character.
//
// An English address is a number, a street name and a street word, with unit,
// city, state and ZIP or a postcode when they follow; or a PO box.
//
// A Recogniser is immutable and safe for concurrent use. It does not know
// whether an address exists, and does not join what a sentence tells in several
// places, nor read a home told by a name without any ending and no building.
package address
