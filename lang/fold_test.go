package lang

import "testing"

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "Bridge": "bridge", "МОСТ": "мост", "Ёлка": "елка", "İSTANBUL": "istanbul", "Isı": "isi", "Straße": "strasse",
		"ΜΆΪΟΣ": "μάϊοσ", "Əliyev": "əliyev", "ՀԱՅԱՍՏԱՆ": "հայաստան", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ": "საქართველო", "ﬁne": "fine", "e\u0301": "é",
		"می\u200cخواهم": "میخواهم", "co\u00adop": "coop", "１２": "12", "Ꭰ": "ꭰ", "ꭰ": "ꭰ",
	} {
		if got := Fold(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}
