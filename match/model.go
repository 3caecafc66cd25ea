package match

import (
	"fmt"
	"math"

	"github.com/zeebo/xxh3"
)

// Model is everything that a run learned and a later run needs to judge alike:
// the m and u of each level, the prior, how often values occur, which keys say
// nothing, and the calibration. It is frozen: runs with one model and the same
// input give the same bytes. It holds hashes of values, never values.
type Model struct {
	kind    Kind
	version string

	members int     // N, the size of the directory
	records int     // that it was trained on
	prior   float64 // probability that a record has a member

	m, u  [fieldCount][maxLevels]float64
	freq  [valueKinds]frequency
	heavy []uint64 // keys that are not followed
	kin   kinship  // of companies only

	calibration calibration
	learned     []domainCompany // sorted

	id string
}

// Kind returns what the model compares.
func (m *Model) Kind() Kind { return m.kind }

// Version returns the name given by Options.Version when it was trained.
func (m *Model) Version() string { return m.version }

// Members returns the size of the directory that it was trained on.
func (m *Model) Members() int { return m.members }

// Prior returns the probability that a record has a member at all.
func (m *Model) Prior() float64 { return m.prior }

// ID names the model: its version and a hash of all it holds.
func (m *Model) ID() string { return m.id }

// name works out the id, once nothing changes any more.
func (m *Model) name(encoded []byte) {
	m.id = fmt.Sprintf("%s/%08x", m.version, uint32(xxh3.Hash(encoded)))
}

// priorBits is log2 of the odds that one member taken at random is the record.
func (m *Model) priorBits() Bits {
	return bitsOf(math.Log2(m.prior / float64(max(1, m.members)) / (1 - m.prior)))
}

// weights are log2 of m and of u by level, in whole thousandths of a bit.
type weights struct {
	m, u  [fieldCount][maxLevels]Bits
	prior Bits
	kin   [maxLevels][fieldCount][maxLevels]Bits
}

func (m *Model) weights() *weights {
	var w weights
	for f := range fieldCount {
		for l := range maxLevels {
			w.m[f][l] = logBits(m.m[f][l])
			w.u[f][l] = logBits(m.u[f][l])
		}
	}
	w.prior = m.priorBits()
	m.kin.weigh(&w.kin)
	return &w
}

func logBits(p float64) Bits {
	return bitsOf(math.Log2(math.Max(p, 1e-9)))
}

// start is the m of a model before training, by field, for people.
var startPerson = [fieldCount][maxLevels]float64{
	FieldFirst:    {.79, .09, .08, .03, .003, .002, .006},
	FieldLast:     {.92, .03, .02, .003, .006, .004, .006},
	FieldOrder:    {.98, .02},
	FieldMailName: {.93, .07},
	FieldEmail:    {.50, .08, .03, .03, .36},
	FieldPhone:    {.55, .02, .03, .40},
	FieldStreet:   {.50, .12, .08, .03, .27},
	FieldArea:     {.20, .35, .04, .08, .20, .05, .01, .07},
	FieldOrg:      {.45, .17, .03, .05, .04, .04, .02, .01, .01, .10, .02, .06},
	FieldDomain:   {.45, .15, .35, .05},
	FieldTitle:    {.35, .20, .15, .30},
	FieldWeb:      {.85, .03, .04, .03, .05},
}

// startCompany is the same for companies.
var startCompany = [fieldCount][maxLevels]float64{
	FieldEmail:    {.30, .02, .02, .02, .64},
	FieldPhone:    {.60, .03, .05, .32},
	FieldStreet:   {.55, .15, .05, .03, .22},
	FieldArea:     {.30, .30, .04, .06, .15, .04, .01, .10},
	FieldOrg:      {.45, .20, .03, .10, .06, .05, .02, .02, .015, .005, .005, .01},
	FieldWeb:      {.86, .03, .05, .03, .03},
	FieldSize:     {.60, .30, .10},
	FieldIndustry: {.60, .20, .20},
}

// startU is the u before pairs are sampled, and of levels that have the
// frequency of a value instead.
var startU = [fieldCount][maxLevels]float64{
	FieldFirst:       {.005, .005, .02, .002, .01, .005, .95},
	FieldLast:        {.001, .001, .001, .002, .001, .01, .98},
	FieldOrder:       {.5, .5},
	FieldMailName:    {.01, .95},
	FieldEmail:       {.0001, .0005, .0005, .001, .99},
	FieldPhone:       {.001, .001, .005, .99},
	FieldStreet:      {.001, .001, .003, .002, .99},
	FieldArea:        {.002, .01, .02, .1, .1, .6, .5, .3},
	FieldOrg:         {.001, .001, .001, .001, .001, .001, .002, .01, .001, .005, .001, .98},
	FieldDomain:      {.001, .005, .9, .09},
	FieldTitle:       {.01, .03, .1, .85},
	FieldWeb:         {.0005, .001, .001, .001, .99},
	FieldSize:        {.25, .35, .4},
	FieldIndustry:    {.1, .1, .8},
	FieldGate:        {1, 1},
	FieldCalibration: {1},
}

func startM(kind Kind) [fieldCount][maxLevels]float64 {
	if kind == Company {
		return startCompany
	}
	return startPerson
}

// leastM keeps EM from learning that a thing never happens which does happen:
// people change employer, title, phone and town between two updates.
func leastM(kind Kind, f Field, level uint8) float64 {
	if kind == Company {
		switch {
		case f == FieldOrg && level == orgDifferent:
			return .005
		case f == FieldWeb && level == webDifferent, f == FieldStreet && level == streetDifferent:
			return .02
		case f == FieldPhone && level == phoneDifferent:
			return .05
		case f == FieldArea && level == areaOtherState:
			return .01
		case f == FieldArea && level == areaOtherCountry:
			return .002
		}
		return 0
	}
	switch {
	case f == FieldOrg && level == orgDifferent:
		return .02
	case f == FieldTitle && level == titleDifferent, f == FieldPhone && level == phoneDifferent, f == FieldEmail && level == emailDifferent:
		return .05
	case f == FieldArea && level == areaOtherState, f == FieldDomain && level == domainOther:
		return .02
	case f == FieldArea && level == areaOtherCountry:
		return .005
	}
	return 0
}

// fixedM are levels that EM must not learn: it would fill them with successors
// in a post and with people of one household.
func fixedM(kind Kind, f Field, level uint8) bool {
	return kind == Person && (f == FieldFirst && level == firstDifferent || f == FieldLast && level == lastDifferent)
}
