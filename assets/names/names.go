// Package names holds the tables that normalising names and places needs:
// nicknames, countries, states, legal forms and free-mail domains. NOTICE says
// where each comes from.
package names

import _ "embed" // the tables are text files

//go:generate go run gen.go -from ${TABLES}

// Nicknames holds a formal given name per line, followed by its short forms.
//
//go:embed nicknames.txt
var Nicknames string

// MoreNicknames adds names of other languages in the form of Nicknames.
//
//go:embed more_nicknames.txt
var MoreNicknames string

// Family holds spellings of one family name per line, in Latin letters.
//
//go:embed family.txt
var Family string

// Countries holds an ISO 3166-1 alpha-2 code, a tab and a name per line, in
// many languages.
//
//go:embed countries.txt
var Countries string

// MoreCountries adds what people write, in the form of Countries.
//
//go:embed more_countries.txt
var MoreCountries string

// States holds a country code per line, then "CODE Name" separated by
// semicolons.
//
//go:embed states.txt
var States string

// Legal holds legal forms of companies as single folded words.
//
//go:embed legal.txt
var Legal string

// FreeMail holds domains that give mailboxes to anybody.
//
//go:embed freemail.txt
var FreeMail string
