package mail

import (
	"encoding/base64"
	"testing"
)

// TestCharsetLabels reads texts under right, wrong, missing and invented
// labels, as in mails of all countries.
func TestCharsetLabels(t *testing.T) {
	for _, c := range []struct{ label, bytes, want string }{
		{"iso-2022-jp", "GyRCRnxLXDhsJE4lRiUtJTklSCEiJSslPyUrJUokSDRBO3ohIyQiJGokLCRIJCYkNCQ2JCQkXiQ5ISMbKElKXTY4GyhCIBsoSTZFGyhC", "日本語のテキスト、カタカナと漢字。ありがとうございます。ﾊﾝｶｸ ｶﾅ"},
		{"iso-2022-jp-2", "GyRCRnxLXDhsJE4lRiUtJTklSCEiJSslPyUrJUokSDRBO3ohIyQiJGokLCRIJCYkNCQ2JCQkXiQ5ISMbKEI=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"iso-2022-jp-1", "GyRCRnxLXDhsJE4lRiUtJTklSCEiJSslPyUrJUokSDRBO3ohIyQiJGokLCRIJCYkNCQ2JCQkXiQ5ISMbJChEMCEwIjB+GyhC", "日本語のテキスト、カタカナと漢字。ありがとうございます。丂丄侄"},
		{"x-windows-50221", "GyRCRnxLXDhsJE4lRiUtJTklSCEiJSslPyUrJUokSDRBO3ohIyQiJGokLCRIJCYkNCQ2JCQkXiQ5ISMbKEI=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"windows-31j", "k/qWe4zqgsyDZYNMg1iDZ4FBg0qDXoNKg2mCxoq/jpqBQoKgguiCqoLGgqSCsoK0gqKC3IK3gUKHQIdBh4ru4O2Vh1eHlIFggXw=", "日本語のテキスト、カタカナと漢字。ありがとうございます。①②㈱髙﨑Ⅳ∑～－"},
		{"eucJP-win", "xvzL3LjspM6lxqWtpbmlyKGipaulv6WrpcqkyLTBu/qho6SipOqkrKTIpKaktKS2pKSk3qS5oaM=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"gb2312", "xOO6w6OsysC956GjvPLM5dbQzsS1xNPKvP7E2sjdo6zH67LpytWho9C70LujoelGhrSH1g==", "你好，世界。简体中文的邮件内容，请查收。谢谢！镕喆囍"},
		{"hz", "fntEYzpDIyxKQD1nISM8ckxlVlBORDVEU0o8fkRaSF0jLEdrMmlKVSEjUDtQOyMhfn0=", "你好，世界。简体中文的邮件内容，请查收。谢谢！"},
		{"big5", "sXqmbqFBs2+sT6RAq8rBY8XppKSk5aq6tmyl86FBvdCsZKasqv6l86FDwcLBwqFJne+d9532", "您好，這是一封繁體中文的郵件，請查收附件。謝謝！嘅咗喺"},
		{"x-windows-949", "vsiz58fPvLy/5C4gx9Gxub7uILjewM/A1LTPtNkuIMO3us4gxsTAz8C7IMiuwM7H2CDB1ry8v+QulO4gjGO55rCix88gvIS9w8TdtvM=", "안녕하세요. 한국어 메일입니다. 첨부 파일을 확인해 주세요.뷁 똠방각하 펲시콜라"},
		{"iso-2022-kr", "GyQpQw4+SDNnR088PD9kDy4gDkdRMTk+bg8gDjheQE9AVDRPNFkPLiAOQzc6Tg8gDkZEQE9AOw8gDkguQE5HWA8gDkFWPDw/ZA8u", "안녕하세요. 한국어 메일입니다. 첨부 파일을 확인해 주세요."},
		{"koi8-u", "8NLJ16bUISDjxSDMydPUINXL0sGnztPYy8/AIM3P18/AOiCn1sHLLCCtwc7PyywgpMTOptPU2C4=", "Привіт! Це лист українською мовою: їжак, ґанок, єдність."},
		{"x-mac-ce", "UN6SbGnkIOxsdelvdYtr+SBr88sgnHCebCCTh2JlbHNrjiCXZHku", "Příliš žluťoučký kůň úpěl ďábelské ódy."},
		{"x-mac-greek", "uuHs6O3b8uEg697z7eUuILD59N4g5d3u4ekg2+7hIO3c7vnt4SDz9OEg5ezs6O7p68Au", "Καλημέρα κόσμε. Αυτό είναι ένα μήνυμα στα ελληνικά."},
		{"x-windows-874", "ysfRyrTVqtLH4sWhILnV6KTXzaLpzaTH0sHA0snS5LfC", "สวัสดีชาวโลก นี่คือข้อความภาษาไทย"},
		{"iso-8859-1", "Vm9pbOAgbJLpdOk6IGdhcudvbiwgnHVmLCCTZOlq4CB2dZQglyAxMCCA", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"iso-8859-2", "WmG/87PmIGfqnGy5IGphn/EuIER6aeprdWrqIGJhcmR6bywgcG96ZHJhd2lhbS4=", "Zażółć gęślą jaźń. Dziękuję bardzo, pozdrawiam."},
		{"iso-8859-9", "TWVyaGFiYSBk/G55YS4gVPxya+dlIGJpciBpbGV0aTog/fD8/vbnIN3Q3N7Wxy6A", "Merhaba dünya. Türkçe bir ileti: ığüşöç İĞÜŞÖÇ.€"},
		{"utf-16", "VgBvAGkAbADgACAAbAAZIOkAdADpADoAIABnAGEAcgDnAG8AbgAsACAAUwF1AGYALAAgABwgZADpAGoA4AAgAHYAdQAdICAAFCAgADEAMAAgAKwg", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"utf-16", "AFYAbwBpAGwA4AAgAGwgGQDpAHQA6QA6ACAAZwBhAHIA5wBvAG4ALAAgAVMAdQBmACwAICAcAGQA6QBqAOAAIAB2AHUgHQAgIBQAIAAxADAAICCs", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"utf-32", "5WUAACxnAACeigAAbjAAAMYwAACtMAAAuTAAAMgwAAABMAAAqzAAAL8wAACrMAAAyjAAAGgwAAAibwAAV1sAAAIwAABCMAAAijAAAEwwAABoMAAARjAAAFQwAABWMAAARDAAAH4wAABZMAAAAjAAAA==", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"utf-8//ignore", "Vm9pbMOgIGzigJnDqXTDqTogZ2Fyw6dvbiwgxZN1Ziwg4oCcZMOpasOgIHZ14oCdIOKAlCAxMCDigqw=", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"koi8-r", "0JfQtNGA0LDQstGB0YLQstGD0LnRgtC1ISDQrdGC0L4g0L/QuNGB0YzQvNC+INC90LAg0YDRg9GB0YHQutC+0Lwg0Y/Qt9GL0LrQtS4g0KHQv9Cw0YHQuNCx0L4g0LfQsCDQstC90LjQvNCw0L3QuNC1Lg==", "Здравствуйте! Это письмо на русском языке. Спасибо за внимание."},
		{"gb2312", "5L2g5aW977yM5LiW55WM44CC566A5L2T5Lit5paH55qE6YKu5Lu25YaF5a6577yM6K+35p+l5pS244CC6LCi6LCi77yB", "你好，世界。简体中文的邮件内容，请查收。谢谢！"},
		{"iso-8859-1", "GyRCRnxLXDhsJE4lRiUtJTklSCEiJSslPyUrJUokSDRBO3ohIyQiJGokLCRIJCYkNCQ2JCQkXiQ5ISMbKEI=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"iso-8859-1", "k/qWe4zqgsyDZYNMg1iDZ4FBg0qDXoNKg2mCxoq/jpqBQoKgguiCqoLGgqSCsoK0gqKC3IK3gUI=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"", "k/qWe4zqgsyDZYNMg1iDZ4FBg0qDXoNKg2mCxoq/jpqBQoKgguiCqoLGgqSCsoK0gqKC3IK3gUI=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"iso-2022-jp", "xvzL3LjspM6lxqWtpbmlyKGipaulv6WrpcqkyLTBu/qho6SipOqkrKTIpKaktKS2pKSk3qS5oaM=", "日本語のテキスト、カタカナと漢字。ありがとうございます。"},
		{"utf-8", "xOO6w6OsysC956GjvPLM5dbQzsS1xNPKvP7E2sjdo6zH67LpytWho9C70LujoQ==", "你好，世界。简体中文的邮件内容，请查收。谢谢！"},
		{"", "sXqmbqFBs2+sT6RAq8rBY8XppKSk5aq6tmyl86FBvdCsZKasqv6l86FDwcLBwqFJ", "您好，這是一封繁體中文的郵件，請查收附件。謝謝！"},
		{"big5", "xOO6w6OsysC956GjvPLM5dbQzsS1xNPKvP7E2sjdo6zH67LpytWho9C70LujoQ==", "你好，世界。简体中文的邮件内容，请查收。谢谢！"},
		{"iso-8859-1", "vsiz58fPvLy/5C4gx9Gxub7uILjewM/A1LTPtNkuIMO3us4gxsTAz8C7IMiuwM7H2CDB1ry8v+Qu", "안녕하세요. 한국어 메일입니다. 첨부 파일을 확인해 주세요."},
		{"", "+sTSwdfT1NfVytTFISD81M8g0MnT2M3PIM7BINLV09PLz80g0drZy8UuIPPQwdPJws8g2sEg187JzcHOycUu", "Здравствуйте! Это письмо на русском языке. Спасибо за внимание."},
		{"koi8-r", "x+Tw4OLx8uLz6fLlISDd8u4g7+jx/OzuIO3gIPDz8fHq7uwg/+f76uUuINHv4PHo4e4g5+Ag4u3o7ODt6OUu", "Здравствуйте! Это письмо на русском языке. Спасибо за внимание."},
		{"iso-8859-1", "x+Tw4OLx8uLz6fLlISDd8u4g7+jx/OzuIO3gIPDz8fHq7uwg/+f76uUuINHv4PHo4e4g5+Ag4u3o7ODt6OUu", "Здравствуйте! Это письмо на русском языке. Спасибо за внимание."},
		{"", "8NLJ16bUISDjxSDMydPUINXL0sGnztPYy8/AIM3P18/AOiCn1sHLLCCtwc7PyywgpMTOptPU2C4=", "Привіт! Це лист українською мовою: їжак, ґанок, єдність."},
		{"", "h6TgoKLh4qLjqeKlISCd4q4gr6jh7KyuIK2gIODj4eGqrqwg76frqqUuIJGvoOGooa4gp6Agoq2orKCtqKUu", "Здравствуйте! Это письмо на русском языке. Спасибо за внимание."},
		{"", "yuHr5+zd8eEg6vzz7OUuIMH19Pwg5d/t4ekg3e3hIOze7fXs4SDz9OEg5evr5+3p6twu", "Καλημέρα κόσμε. Αυτό είναι ένα μήνυμα στα ελληνικά."},
		{"", "+ezl7SDy5eztLiDm5eTpIOTl4/LkIOHy4fjp+i4=", "שלום עולם. זוהי הודעה בעברית."},
		{"", "49HNyMcgyMfh2sfh4y4g5dDlINHTx+HJIMjH4eHbySDH4drRyO3JLg==", "مرحبا بالعالم. هذه رسالة باللغة العربية."},
		{"us-ascii", "ysfRyrTVqtLH4sWhILnV6KTXzaLpzaTH0sHA0snS5LfC", "สวัสดีชาวโลก นี่คือข้อความภาษาไทย"},
		{"", "U2Nomm5lIEdyn6dlIGF1cyBLmmxuLCBTdHJhp2UsIIBwZmVsLCCGYnVuZw==", "Schöne Grüße aus Köln, Straße, Äpfel, Übung"},
		{"", "U2NolG5lIEdygeFlIGF1cyBLlGxuLCBTdHJh4WUsII5wZmVsLCCaYnVuZw==", "Schöne Grüße aus Köln, Straße, Äpfel, Übung"},
		{"", "//5WAG8AaQBsAOAAIABsABkg6QB0AOkAOgAgAGcAYQByAOcAbwBuACwAIABTAXUAZgAsACAAHCBkAOkAagDgACAAdgB1AB0gIAAUICAAMQAwACAArCA=", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"", "U2No9m5lIEdy/N9lIGF1cyBL9mxuLCBTdHJh32UsIMRwZmVsLCDcYnVuZw==", "Schöne Grüße aus Köln, Straße, Äpfel, Übung"},
		{"", "Vm9pbOAgbJLpdOk6IGdhcudvbiwgnHVmLCCTZOlq4CB2dZQglyAxMCCA", "Voilà l’été: garçon, œuf, “déjà vu” — 10 €"},
		{"", "6Q==", "é"},
		{"", "R3L232U=", "Größe"},
		{"", "ZvxyIMTW3A==", "für ÄÖÜ"},
		{"", "6enp6Q==", "éééé"},
		{"", "YaBi", "a\u00a0b"},
		{"", "RtxTU0UgxNbc", "FÜSSE ÄÖÜ"},
		{"", "k1llc5QgliCRbm+SIIU=", "“Yes” – ‘no’ …"},
		{"", "U2Xxb3Ig0WFuZPo=", "Señor Ñandú"},
		{"", "xXNlINh5dmluZCDGcvg=", "Åse Øyvind Ærø"},
	} {
		raw, err := base64.StdEncoding.DecodeString(c.bytes)
		if err != nil {
			t.Fatal(err)
		}
		cs := charsets{fallbacks: DefaultLimits().Charsets, problems: &problems{}}
		if got := cs.body(raw, c.label, false); got != c.want {
			t.Errorf("as %q: %q, want %q", c.label, got, c.want)
		}
	}
}
