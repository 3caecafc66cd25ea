package sync

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"crmsync/store"
)

// configFormat is what this program writes and the newest it reads.
const configFormat = 1

// Config is what a contract is set up like, as text in git keeps it. Secrets, opt-ins (S25) and consent are no
// part of it: those are given by people.
type Config struct {
	Format   int               `toml:"format"`
	Settings map[string]string `toml:"settings"` // those that differ from their default
	Seats    []ConfigSeat      `toml:"seats"`
	Users    []ConfigUser      `toml:"users"`
}

// ConfigSeat is what is set of a seat by hand. A seat that the file does not name stays as it is, and none is made.
type ConfigSeat struct {
	Email     string `toml:"email"`
	CRMUser   string `toml:"crm_user,omitempty"` // the CRM user it is pinned to; "" = mapped by e-mail
	Autosave  bool   `toml:"may_autosave"`
	Writeback bool   `toml:"may_writeback"`
}

// ConfigUser is somebody who may use the console. One whom the file does not name stays.
type ConfigUser struct {
	Name      string `toml:"name"`
	Role      string `toml:"role"`
	OSUser    string `toml:"os_user,omitempty"`
	Email     string `toml:"email,omitempty"`
	Seat      string `toml:"seat,omitempty"` // e-mail address of their seat
	PublicKey string `toml:"public_key,omitempty"`
}

// configurable reports whether a setting is part of the text. Consent is given by a person alone.
func configurable(spec SettingSpec) bool { return spec.Key != SettingROIConsent }

// ExportConfig writes what the contract is set up like as TOML, in a fixed order, so that two exports can be compared
// line by line.
func (e *Engine) ExportConfig(ctx context.Context) (string, error) {
	config, err := e.config(ctx)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	out.WriteString("# crmsync config export; read it back with: crmsync config import FILE\n# Settings that are not named have their default.\n# No secrets, opt-ins or consent are in it.\n")
	encoder := toml.NewEncoder(&out)
	encoder.Indent = ""
	if err := encoder.Encode(config); err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	return out.String(), nil
}

// config reads what the contract is set up like.
func (e *Engine) config(ctx context.Context) (Config, error) {
	config := Config{Format: configFormat, Settings: map[string]string{}}
	settings, err := e.Settings(ctx)
	if err != nil {
		return config, err
	}
	for _, setting := range settings {
		if configurable(setting.SettingSpec) && setting.Value != setting.Default {
			config.Settings[setting.Key] = setting.Value
		}
	}
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return config, err
	}
	mails := map[string]string{}
	for _, seat := range seats {
		mails[seat.ID] = seat.Email
		if seat.Licensed() && (seat.Mapping == mappedByPerson || !seat.MayAutosave || !seat.MayWriteback) {
			config.Seats = append(config.Seats, configSeat(seat))
		}
	}
	users, err := e.store.ConsoleUsers(ctx)
	if err != nil {
		return config, err
	}
	for _, user := range users {
		config.Users = append(config.Users, ConfigUser{Name: user.Name, Role: user.Role, OSUser: user.OSUser, Email: user.Email, Seat: mails[user.SeatID], PublicKey: user.PublicKey})
	}
	return config, nil
}

func configSeat(seat store.Seat) ConfigSeat {
	out := ConfigSeat{Email: seat.Email, Autosave: seat.MayAutosave, Writeback: seat.MayWriteback}
	if seat.Mapping == mappedByPerson {
		out.CRMUser = seat.UserID
	}
	return out
}

// ParseConfig reads a configuration. What it does not know is an error (code "config.invalid"): a misspelt name must
// not pass as a setting that has its default.
func ParseConfig(text string) (config Config, err error) {
	const hint = "crmsync config export shows what it looks like."
	meta, err := toml.Decode(text, &config)
	if err != nil {
		return config, fault("config.invalid", hint, "the configuration cannot be read: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return config, fault("config.invalid", hint, "the configuration names %s, which is nothing", unknown[0])
	}
	if config.Format < 1 || config.Format > configFormat {
		return config, fault("config.invalid", hint, "the configuration has format %d; this program reads %d", config.Format, configFormat)
	}
	for key, value := range config.Settings {
		spec, err := lookSetting(key)
		if err == nil && !configurable(spec) {
			err = fault("config.invalid", "Leave it out.", "%s is given by a person, not by a file", key)
		}
		if err != nil {
			return config, err
		}
		if config.Settings[key], err = spec.Parse(value); err != nil {
			return config, err
		}
	}
	for i, user := range config.Users {
		if strings.TrimSpace(user.Name) == "" || !Role(user.Role).Valid() {
			return config, fault("config.invalid", "The roles are admin, tester, support and member.", "user %d (%q) lacks a name or a role", i+1, user.Name)
		}
		config.Users[i].Email = strings.ToLower(strings.TrimSpace(user.Email))
	}
	for i, seat := range config.Seats {
		config.Seats[i].Email = strings.ToLower(strings.TrimSpace(seat.Email))
	}
	return config, duplicates(config)
}

func duplicates(config Config) error {
	seen := map[string]bool{}
	for _, seat := range config.Seats {
		if key := "seat " + seat.Email; seen[key] {
			return fault("config.invalid", "Leave one out.", "%s stands twice", key)
		} else {
			seen[key] = true
		}
	}
	for _, user := range config.Users {
		if key := "user " + user.Name; seen[key] {
			return fault("config.invalid", "Leave one out.", "%s stands twice", key)
		} else {
			seen[key] = true
		}
	}
	return nil
}

// ConfigChange is one line of the difference between a configuration and what is set up now.
type ConfigChange struct {
	What    string `json:"what"` // "setting match.floor", "seat ana@acme.com", "user ana"
	Before  string `json:"before"`
	After   string `json:"after"`
	Problem string `json:"problem,omitempty"` // why it cannot be
}

// ConfigDiff is what an import would change, in a fixed order.
type ConfigDiff struct {
	Changes []ConfigChange `json:"changes"`
	Problem string         `json:"problem,omitempty"` // the first that is in the way
}

func (d *ConfigDiff) add(change ConfigChange) {
	d.Changes = append(d.Changes, change)
	d.Problem = cmp.Or(d.Problem, change.Problem)
}

// DiffConfig works out what importing a configuration would change, and what is in the way. Nothing is changed.
func (e *Engine) DiffConfig(ctx context.Context, config Config) (ConfigDiff, error) {
	diff := ConfigDiff{Changes: []ConfigChange{}}
	settings, err := e.Settings(ctx)
	if err != nil {
		return diff, err
	}
	for _, setting := range settings {
		wanted, named := config.Settings[setting.Key]
		if !named {
			wanted = setting.Default
		}
		if !configurable(setting.SettingSpec) || wanted == setting.Value {
			continue
		}
		change := ConfigChange{What: "setting " + setting.Key, Before: setting.Value, After: wanted}
		if err := e.checkConfigured(ctx, setting.SettingSpec, wanted, config.Users); err != nil {
			change.Problem = err.Error()
		}
		diff.add(change)
	}
	if err := e.diffSeats(ctx, config, &diff); err != nil {
		return diff, err
	}
	return diff, e.diffUsers(ctx, config, &diff)
}

// checkConfigured asks what an act of its own would ask before a switch is turned on, and the org for names of it.
func (e *Engine) checkConfigured(ctx context.Context, spec SettingSpec, value string, users []ConfigUser) error {
	switch {
	case spec.Key == SettingSecondAdmin && value == "true":
		return e.hasTwoAdmins(ctx, users)
	case spec.Act == ActWritebackSwitch && value == "true":
		connection, err := e.store.Connection(ctx)
		if err != nil || !connection.HasPackage {
			return fault("writeback.no_package", HoldPackage.Fix, "%s", HoldPackage.Text)
		}
	case spec.Act == ActWritebackKind && value == "true":
		if kind := Kind(strings.TrimPrefix(spec.Key, settingKindPrefix)); kind.NeedsRecordType() {
			return e.needRecordType(ctx, kind)
		}
	}
	return e.checkAgainstOrg(ctx, spec, value)
}

func (e *Engine) diffSeats(ctx context.Context, config Config, diff *ConfigDiff) error {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return err
	}
	for _, wanted := range config.Seats {
		at := slices.IndexFunc(seats, func(seat store.Seat) bool { return seat.Email == wanted.Email })
		if at < 0 || !seats[at].Licensed() {
			diff.add(ConfigChange{What: "seat " + wanted.Email, After: wanted.text(), Problem: "there is no seat with a licence for " + wanted.Email + "; licences are given by crmsync licences"})
			continue
		}
		now := configSeat(seats[at])
		if now == wanted {
			continue
		}
		change := ConfigChange{What: "seat " + wanted.Email, Before: now.text(), After: wanted.text()}
		if wanted.CRMUser != "" && wanted.CRMUser != seats[at].UserID {
			if _, err := e.store.Record(ctx, "User", wanted.CRMUser); err != nil {
				change.Problem = "there is no CRM user " + wanted.CRMUser
			} else if slices.ContainsFunc(seats, func(other store.Seat) bool { return other.UserID == wanted.CRMUser && other.ID != seats[at].ID }) {
				change.Problem = "another seat is mapped to the CRM user " + wanted.CRMUser
			}
		}
		diff.add(change)
	}
	return nil
}

func (s ConfigSeat) text() string {
	return fmt.Sprintf("crm_user=%s may_autosave=%v may_writeback=%v", nameOr(s.CRMUser, "by e-mail"), s.Autosave, s.Writeback)
}

func (e *Engine) diffUsers(ctx context.Context, config Config, diff *ConfigDiff) error {
	now, err := e.config(ctx)
	if err != nil {
		return err
	}
	admins := map[string]bool{}
	for _, user := range now.Users {
		admins[user.Name] = user.Role == string(RoleAdmin)
	}
	for _, wanted := range config.Users {
		admins[wanted.Name] = wanted.Role == string(RoleAdmin)
		at := slices.IndexFunc(now.Users, func(user ConfigUser) bool { return user.Name == wanted.Name })
		change := ConfigChange{What: "user " + wanted.Name, Before: "(none)", After: wanted.text()}
		if at >= 0 {
			if now.Users[at] == wanted {
				continue
			}
			change.Before = now.Users[at].text()
		}
		if wanted.Seat != "" {
			if _, err := e.store.SeatByEmail(ctx, wanted.Seat); err != nil {
				change.Problem = "there is no seat " + wanted.Seat
			}
		}
		diff.add(change)
	}
	for _, is := range admins {
		if is {
			return nil
		}
	}
	if len(diff.Changes) > 0 {
		diff.Problem = cmp.Or(diff.Problem, "nobody would be admin any more")
	}
	return nil
}

func (u ConfigUser) text() string {
	return fmt.Sprintf("role=%s os_user=%s email=%s seat=%s public_key=%s", u.Role, u.OSUser, u.Email, u.Seat, u.PublicKey)
}
