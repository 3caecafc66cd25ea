package match

// Levels of agreement, by field, best first. Order is part of the stored form:
// only add at the end of a field.
const (
	firstExact uint8 = iota
	firstNickname
	firstInitial
	firstClose
	firstSimilar
	firstPrefix
	firstDifferent
)

const (
	lastExact uint8 = iota
	lastClose
	lastPart
	lastSimilar
	lastContained
	lastInitial
	lastDifferent
)

const (
	orderNormal uint8 = iota
	orderSwapped
)

const (
	mailNameAgrees uint8 = iota
	mailNameContradicts
)

const (
	emailExact uint8 = iota
	emailLocal
	emailClose
	emailSimilar
	emailDifferent
)

const (
	phoneExact uint8 = iota
	phoneClose
	phoneExchange
	phoneDifferent
)

const (
	streetExact uint8 = iota
	streetNumber
	streetSimilar
	streetWord
	streetDifferent
)

const (
	areaPostal uint8 = iota
	areaCity
	areaNear
	areaOtherCity
	areaState
	areaOtherState
	areaOtherCountry
	areaCountry
)

const (
	orgExact uint8 = iota
	orgNoForm
	orgOtherForm
	orgClose
	orgBegins
	orgSimilar
	orgHead
	orgSome
	orgAcronym
	orgPast
	orgLinked
	orgDifferent
)

const (
	domainName uint8 = iota
	domainLearned
	domainUnrelated
	domainOther
)

const (
	titleExact uint8 = iota
	titleOverlap
	titleWord
	titleDifferent
)

const (
	webExact uint8 = iota
	webSite
	webName
	webEnding
	webDifferent
)

const (
	sizeSame uint8 = iota
	sizeNear
	sizeFar
)

const (
	industrySame uint8 = iota
	industryOverlap
	industryDifferent
)

// maxLevels is the largest number of levels of any field.
const maxLevels = 12

var levelNames = [fieldCount][]string{
	FieldFirst:       {"exact", "nickname or other given name", "initial", "one letter off", "similar", "part of the other", "different"},
	FieldLast:        {"exact", "one letter off", "shares a part", "similar", "contained", "initial", "different"},
	FieldOrder:       {"normal", "given and family name swapped"},
	FieldMailName:    {"e-mail holds the name", "e-mail holds another name"},
	FieldEmail:       {"exact", "same name at another domain", "one letter off", "similar", "different"},
	FieldPhone:       {"exact", "one digit off", "same exchange", "different"},
	FieldStreet:      {"exact", "same number and street", "similar", "same street, other number", "different"},
	FieldArea:        {"same postal code", "same city", "near", "same state, other city", "same state", "other state", "other country", "same country"},
	FieldOrg:         {"exact", "same without legal form or branch", "same but for the legal form or branch", "nearly the same", "one name begins with the other", "similar", "same first word", "shares a word", "acronym", "past position", "works at the linked account", "different"},
	FieldDomain:      {"the company's", "used by the company's people", "says nothing of the company", "used by another company's people"},
	FieldTitle:       {"exact", "mostly the same", "shares a word", "different"},
	FieldWeb:         {"same domain", "same name, other ending", "domain is the name", "name agrees, other ending", "different"},
	FieldSize:        {"same band", "next band", "far apart"},
	FieldIndustry:    {"same", "related", "different"},
	FieldGate:        {"without the name, little counts", "neither name agrees", "no name to compare"},
	FieldCalibration: {"from decisions"},
}
