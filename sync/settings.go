package sync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SettingKind says what values a setting takes.
type SettingKind string

// The kinds of settings. Fields, stages and record types are names the org
// knows; they are checked against describe when they are set.
const (
	KindBool       SettingKind = "bool"
	KindInt        SettingKind = "int"
	KindChoice     SettingKind = "choice"
	KindText       SettingKind = "text"
	KindTimezone   SettingKind = "timezone"
	KindStage      SettingKind = "stage"
	KindRevenue    SettingKind = "revenue field"
	KindRecordType SettingKind = "record type"
	KindField      SettingKind = "field"
	KindAmount     SettingKind = "amount"   // of money: "1200" or "1200.50", at most two decimals
	KindCurrency   SettingKind = "currency" // ISO 4217: "EUR"
)

// SettingSpec describes one setting of the contract. Settings of the machine
// stand in crmsync.toml instead.
type SettingSpec struct {
	Key     string
	Kind    SettingKind
	Default string
	Min     int      // for KindInt
	Max     int      // for KindInt
	Choices []string // for KindChoice
	Unit    string   // "hours", "%"
	Text    string   // one line of help
	Act     ActID    // what changing it is
}

// The keys of the settings.
const (
	SettingImportHours    = "import.every_hours"
	SettingImportIDs      = "import.linkedin_ids"
	SettingReadStop       = "import.api_stop_percent"
	SettingOwnShare       = "import.api_share_percent"
	SettingWriteMinutes   = "writeback.every_minutes"
	SettingWriteEnabled   = "writeback.enabled"
	SettingWriteTimezone  = "writeback.timezone"
	SettingCallDate       = "writeback.call_date"
	SettingSyncKeyField   = "writeback.sync_key_field"
	SettingDeleteOwn      = "writeback.delete_own"
	SettingMatchFloor     = "match.floor"
	SettingMatchAccept    = "match.accept"
	SettingFromStage      = "opportunity.from_stage"
	SettingRevenueField   = "opportunity.revenue_field"
	SettingAutoSave       = "autosave.enabled"
	SettingEdition        = "contract.edition"
	SettingLicences       = "contract.licences"
	SettingLicenceCost    = "contract.licence_cost"
	SettingCurrency       = "contract.currency"
	SettingROIConsent     = "roi.consent"
	SettingROISourced     = "roi.sourced_days"
	SettingROIInfluenced  = "roi.influenced_days"
	SettingSecondAdmin    = "contract.second_admin"
	settingKindPrefix     = "writeback.kind."
	settingRecTypePrefix  = "writeback.recordtype."
	settingTemplatePrefix = "writeback.subject."
)

// writebackKinds are the five kinds of S9, as they stand in setting keys.
var writebackKinds = []string{"message", "inmail", "note", "call", "pointdrive"}

// SettingKindKey is the key of a kind's contract switch (S107).
func SettingKindKey(kind string) string { return settingKindPrefix + kind }

// SettingRecordTypeKey is the key of a kind's record type (decision 3).
func SettingRecordTypeKey(kind string) string { return settingRecTypePrefix + kind }

// SettingSubjectKey is the key of a kind's subject text.
func SettingSubjectKey(kind string) string { return settingTemplatePrefix + kind }

var settingSpecs = buildSettingSpecs()

func buildSettingSpecs() []SettingSpec {
	specs := []SettingSpec{
		{Key: SettingImportHours, Kind: KindInt, Default: "12", Min: 1, Max: 168, Unit: "hours", Text: "How often CRM data is imported, from the start of the last import."},
		{Key: SettingImportIDs, Kind: KindBool, Default: "false", Text: "Also read the LinkedIn ids and profile addresses the org may hold; they decide matches."},
		{Key: SettingReadStop, Kind: KindInt, Default: "80", Min: 10, Max: 95, Unit: "%", Text: "Stop reading when this share of the org's daily API calls is used."},
		{Key: SettingOwnShare, Kind: KindInt, Default: "10", Min: 1, Max: 95, Unit: "%", Text: "The share of the org's daily API calls that crmsync itself may use."},
		{Key: SettingWriteMinutes, Kind: KindInt, Default: "3", Min: 2, Max: 5, Unit: "minutes", Text: "How often activities are written back."},
		{Key: SettingWriteEnabled, Kind: KindBool, Default: "false", Act: ActWritebackSwitch, Text: "Writeback for the contract; members opt in for themselves after it is on."},
		{Key: SettingWriteTimezone, Kind: KindTimezone, Text: "The time zone of ActivityDate; empty = that of the integration user."},
		{Key: SettingCallDate, Kind: KindBool, Default: "false", Text: "Also write ActivityDate on calls."},
		{Key: SettingSyncKeyField, Kind: KindField, Text: "A unique external-id field on Activity for our key; empty = none, doubtful writes are settled by reading back."},
		{Key: SettingDeleteOwn, Kind: KindBool, Default: "false", Text: "Offer admins the removal of tasks and notes that crmsync itself has written."},
		{Key: SettingMatchFloor, Kind: KindInt, Default: "20", Min: 1, Max: 99, Unit: "%", Text: "The probability from which a pair is shown for review."},
		{Key: SettingMatchAccept, Kind: KindInt, Default: "95", Min: 50, Max: 100, Unit: "%", Text: "The probability from which a pair is accepted by itself."},
		{Key: SettingFromStage, Kind: KindStage, Text: "An open opportunity is on the list from this stage on; empty = from the first stage."},
		{Key: SettingRevenueField, Kind: KindRevenue, Default: "Amount", Text: "The currency or number field of Opportunity that holds revenue."},
		{Key: SettingAutoSave, Kind: KindBool, Default: "true", Text: "Save what belongs to open opportunities for their owners."},
		{Key: SettingEdition, Kind: KindChoice, Default: "Team", Choices: []string{"Team", "Enterprise"}, Text: "Edition of Sales Navigator; Enterprise opens ROI reports and licences by role."},
		{Key: SettingLicences, Kind: KindInt, Default: "0", Min: 0, Max: 1_000_000, Unit: "licences", Text: "How many licences the contract has; 0 = not known, so that none is refused."},
		{Key: SettingLicenceCost, Kind: KindAmount, Text: "What one licence costs a year, such as 1200 or 1200.50; empty = not known."},
		{Key: SettingCurrency, Kind: KindCurrency, Text: "The currency of that cost, such as EUR; empty = not known."},
		{Key: SettingSecondAdmin, Kind: KindBool, Default: "false", Text: "Bulk acts, and those that nothing takes back, are proposed and need a second admin."},
		{Key: SettingROIConsent, Kind: KindBool, Default: "false", Act: ActROIConsent, Text: "Consent to use imported data for ROI reports."},
		{Key: SettingROISourced, Kind: KindInt, Default: "90", Min: 1, Max: 730, Unit: "days", Text: "An opportunity is sourced when the first touch lies in so many days before its creation."},
		{Key: SettingROIInfluenced, Kind: KindInt, Default: "0", Min: 0, Max: 3650, Unit: "days", Text: "It is influenced by a touch in so many days before its close date; 0 = since its creation."},
	}
	for _, kind := range writebackKinds {
		specs = append(specs, SettingSpec{Key: SettingKindKey(kind), Kind: KindBool, Default: "false", Act: ActWritebackKind, Text: "Write back activities of kind " + kind + "."})
		if kind != "note" {
			specs = append(specs, SettingSpec{Key: SettingRecordTypeKey(kind), Kind: KindRecordType, Text: "Record type of " + kind + " tasks; empty = found by its developer name."})
		}
		specs = append(specs, SettingSpec{Key: SettingSubjectKey(kind), Kind: KindText, Text: "Subject of " + kind + " activities; empty = the built-in text."})
	}
	for i := range specs {
		if specs[i].Act == "" {
			specs[i].Act = ActSettingSet
		}
	}
	return specs
}

// SettingSpecs returns the registry of settings, in a fixed order.
func SettingSpecs() []SettingSpec { return slices.Clone(settingSpecs) }

// lookSetting finds a setting by key.
func lookSetting(key string) (SettingSpec, error) {
	at := slices.IndexFunc(settingSpecs, func(s SettingSpec) bool { return s.Key == key })
	if at < 0 {
		return SettingSpec{}, fault("settings.not_found", "See crmsync settings for the list.", "there is no setting %q", key)
	}
	return settingSpecs[at], nil
}

// Parse checks a value and returns it as it is kept.
func (s SettingSpec) Parse(value string) (string, error) {
	value = strings.TrimSpace(value)
	switch s.Kind {
	case KindBool:
		return s.parseBool(value)
	case KindInt:
		return s.parseInt(value)
	case KindChoice:
		for _, choice := range s.Choices {
			if strings.EqualFold(choice, value) {
				return choice, nil
			}
		}
		return "", s.invalid(value, s.Takes())
	case KindAmount:
		if _, err := parseAmount(value); err != nil {
			return "", s.invalid(value, s.Takes())
		}
		return value, nil
	case KindCurrency:
		if value = strings.ToUpper(value); value == "" || isCurrency(value) {
			return value, nil
		}
		return "", s.invalid(value, s.Takes())
	case KindTimezone:
		if value == "" {
			return "", nil
		}
		if _, err := time.LoadLocation(value); err != nil || strings.EqualFold(value, "local") {
			return "", s.invalid(value, s.Takes())
		}
		return value, nil
	}
	if len(value) > 255 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", s.invalid(value, s.Takes())
	}
	return value, nil
}

func (s SettingSpec) parseBool(value string) (string, error) {
	switch strings.ToLower(value) {
	case "true", "on", "yes", "1":
		return "true", nil
	case "false", "off", "no", "0":
		return "false", nil
	}
	return "", s.invalid(value, s.Takes())
}

func (s SettingSpec) parseInt(value string) (string, error) {
	number, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(value, s.Unit)))
	if err != nil || number < s.Min || number > s.Max {
		return "", s.invalid(value, s.Takes())
	}
	return strconv.Itoa(number), nil
}

func (s SettingSpec) invalid(value, want string) error {
	return fault("settings.invalid", "crmsync settings show "+s.Key+" says what it is for.", "%s cannot be %q; it takes %s", s.Key, value, want)
}

// Takes says in words which values the setting takes: "on or off".
func (s SettingSpec) Takes() string {
	switch s.Kind {
	case KindBool:
		return "on or off"
	case KindInt:
		if s.Unit == "%" {
			return fmt.Sprintf("a percentage, a whole number from %d to %d", s.Min, s.Max)
		}
		return fmt.Sprintf("a whole number of %s from %d to %d", nameOr(s.Unit, "units"), s.Min, s.Max)
	case KindChoice:
		return "one of " + strings.Join(s.Choices, ", ")
	case KindAmount:
		return "an amount such as 1200 or 1200.50, or empty"
	case KindCurrency:
		return "a currency of three letters such as EUR, or empty"
	case KindTimezone:
		return "a zone such as Europe/Madrid, or empty"
	case KindStage:
		return "a stage of opportunities of the org, or empty"
	case KindRevenue:
		return "a currency or number field of Opportunity"
	case KindRecordType:
		return "a record type of Task in the org, or empty"
	case KindField:
		return "a field of Activity in the org, or empty"
	case KindText:
	}
	return "at most 255 bytes of plain text"
}

// Settings are the contract's settings at one moment.
type Settings struct{ values map[string]string }

// Text returns a setting's value, or its default.
func (s Settings) Text(key string) string {
	if value, ok := s.values[key]; ok {
		return value
	}
	spec, err := lookSetting(key)
	if err != nil {
		return ""
	}
	return spec.Default
}

// Bool returns a bool setting.
func (s Settings) Bool(key string) bool { return s.Text(key) == "true" }

// Int returns an int setting. A value that is not valid any more (the bounds
// changed) counts as the default.
func (s Settings) Int(key string) int {
	spec, err := lookSetting(key)
	if err != nil {
		return 0
	}
	value, err := spec.Parse(s.Text(key))
	if err != nil {
		value = spec.Default
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return number
}
