package ui

// newTabs makes the numbered screens. A screen whose service is missing says what takes its place.
func newTabs(s *Session, running *progress) []*tab {
	v := s.Services
	return []*tab{
		{key: "1", name: "Home", stack: []Screen{newHome(s, running)}},
		{key: "2", name: "Connect", stack: []Screen{orAbsent(s, v.Connect != nil, "Connect", "crmsync connect", func() Screen { return newConnect(s, running) })}},
		{key: "3", name: "Users", stack: []Screen{orAbsent(s, v.Users != nil, "Users", "crmsync users list", func() Screen { return newUserParts(s) })}},
		{key: "4", name: "Matches", badge: func() int64 { return s.overview.Review },
			stack: []Screen{orAbsent(s, v.Matches != nil, "Matches", "crmsync match list", func() Screen { return newMatches(s) })}},
		{key: "5", name: "Writeback", badge: func() int64 { return s.overview.Failed },
			stack: []Screen{orAbsent(s, v.Writeback != nil, "Writeback", "crmsync writeback status", func() Screen { return newWriteback(s) })}},
		{key: "6", name: "Opps", stack: []Screen{orAbsent(s, v.Saves != nil, "Opps", "crmsync saves list", func() Screen { return newOpps(s) })}},
		{key: "7", name: "ROI", stack: []Screen{orAbsent(s, v.ROI != nil, "ROI", "crmsync roi report", func() Screen { return newROI(s) })}},
		{key: "8", name: "Settings", stack: []Screen{orAbsent(s, v.Settings != nil, "Settings", "crmsync settings list", func() Screen { return newSettings(s) })}},
		{key: "9", name: "Audit", badge: func() int64 { return s.overview.Approvals }, stack: []Screen{orAbsent(s, v.Audit != nil, "Audit", "crmsync audit", func() Screen { return newAudit(s) })}},
		{key: "0", name: "Mine", stack: []Screen{orAbsent(s, v.Mine != nil, "Mine", "crmsync me", func() Screen { return newMine(s) })}},
	}
}

// The positions of the tabs that other screens lead to.
const (
	tabConnect   = 1
	tabUsers     = 2
	tabMatches   = 3
	tabWriteback = 4
	tabOpps      = 5
	tabAudit     = 8
	tabMine      = 9
)

func orAbsent(s *Session, here bool, title, command string, make func() Screen) Screen {
	if here {
		return make()
	}
	return &absent{Session: s, title: title, command: command}
}
