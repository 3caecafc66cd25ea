package sync

import (
	"testing"
)

// What is linked by itself cannot wait for review: the two thresholds fit each other, whichever is set, by hand or by a file.
func TestThresholdsFit(t *testing.T) {
	h := offline(t)
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingMatchAccept, "60"))
	_, err := h.engine.PreviewSetting(t.Context(), SettingMatchFloor, "61")
	h.code(err, "settings.invalid")
	_, err = h.engine.SetSetting(t.Context(), h.admin, SettingMatchFloor, "61")
	h.code(err, "settings.invalid")
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingMatchFloor, "60"))
	_, err = h.engine.SetSetting(t.Context(), h.admin, SettingMatchAccept, "59")
	h.code(err, "settings.invalid")
	config, err := ParseConfig("format = 1\n[settings]\n\"match.floor\" = \"80\"\n\"match.accept\" = \"70\"\n[[users]]\nname = \"ana\"\nrole = \"admin\"\n")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.ImportConfig(t.Context(), h.admin, config)
	h.code(err, "settings.invalid")
	if h.setting(SettingMatchFloor) != "60" || h.setting(SettingMatchAccept) != "60" {
		t.Errorf("%s and %s", h.setting(SettingMatchFloor), h.setting(SettingMatchAccept))
	}
}

// S40: a sandbox is refused by its address already, before anybody signs in.
func TestConnect_S40_sandboxByAddress(t *testing.T) {
	h := offline(t)
	for _, host := range []string{"https://test.salesforce.com", "test.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com/", "https://acme--uat.my.salesforce.com",
		"https://acme--uat.sandbox.lightning.force.com/lightning/page/home", "https://TEST.salesforce.com:443/x", "https://app-1.scratch.my.salesforce.com"} {
		_, err := h.engine.BeginSignIn(t.Context(), h.admin, SignIn{LoginHost: host, ClientID: "key"})
		h.code(err, "connect.sandbox")
		_, err = h.engine.ConnectToken(t.Context(), h.admin, TokenSignIn{InstanceURL: host, AccessToken: "token"})
		if err == nil {
			t.Errorf("a token for %s is taken", host)
		}
	}
	for _, host := range []string{"https://login.salesforce.com", "https://acme.my.salesforce.com", "https://sandbox.my.salesforce.com.evil.example", "https://latest.salesforce.com"} {
		if err := notSandboxHost(host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}
