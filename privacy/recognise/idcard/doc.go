// Package idcard recognises the numbers of papers that identify a person:
// citizen and residence identity cards, foreigners' permits, Hong Kong cards,
// travel permits, passports, social security, and the credit code of
// organisations, which an individually-owned business has too.
package idcard
