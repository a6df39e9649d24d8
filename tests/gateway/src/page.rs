//! The page of delivered messages, for people who look at the demo.

use serde_json::Value;

use crate::{Message, Seen};

/// More would not be read; the number of all stands above them.
const SHOWN: usize = 200;

const HEAD: &str = "<!doctype html>
<html lang=\"zh\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta http-equiv=\"refresh\" content=\"10\">
<title>消息网关 · Message gateway</title>
<style>
body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem;
  color: #1c2733; background: #f5f7f9; }
h1 { font-size: 1.4rem; margin: 0; }
article { background: #fff; border: 1px solid #dbe2e8; border-radius: 8px;
  padding: .8rem 1rem; margin: .8rem 0; }
article p { margin: .2rem 0; overflow-wrap: anywhere; }
.about, .more { color: #5b6b7a; font-size: .85rem; }
</style>
</head>
<body>
";

/// The newest messages first.
pub(crate) fn html(seen: &Seen) -> String {
    let all = seen.messages().len();
    let mut page = String::from(HEAD);
    page.push_str("<h1>消息网关 · Message gateway</h1>\n");
    page.push_str(&format!(
        "<p class=\"more\">本地演示网关，自启动以来收到 {all} 条消息，显示最新 {} 条。<br>\
         A stand-in on this machine: {all} messages since its start, the newest {} shown.</p>\n",
        all.min(SHOWN),
        all.min(SHOWN)
    ));
    for message in seen.messages().iter().rev().take(SHOWN) {
        page.push_str(&article(message, seen.receptions(&message.id)));
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn article(message: &Message, receptions: u32) -> String {
    let json = message.json();
    let data = &json["data"];
    let to = ["employee_id", "organisation_id"].map(|member| text(&data["to"][member])).concat();
    let channel = match message.channel {
        "sms" => "短信 · SMS",
        "mail" => "邮件 · Mail",
        _ => "合作伙伴 · Partner",
    };
    format!(
        "<article>\n<p class=\"about\">{channel} → {} · {}</p>\n<p lang=\"zh\">{}</p>\n<p lang=\"en\">{}</p>\n\
         <p class=\"more\">{} · {} · 收到 {receptions} 次 · received {receptions} ×</p>\n</article>\n",
        escaped(&to),
        escaped(&text(&json["timestamp"])),
        escaped(&text(&data["text"]["zh"])),
        escaped(&text(&data["text"]["en"])),
        escaped(&text(&json["type"])),
        escaped(&message.id)
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Text that cannot become markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, zh: &str) -> Message {
        let body = serde_json::json!({"type": "churn.alert", "timestamp": "2026-11-22T00:00:00Z",
            "data": {"to": {"employee_id": "E1"}, "text": {"zh": zh, "en": "a customer"}}});
        Message { id: id.to_owned(), channel: "sms", body: body.to_string(), ..Message::default() }
    }

    #[test]
    fn the_newest_message_comes_first_and_nothing_in_it_is_markup() {
        let messages = vec![message("older", "旧"), message("newer", "<script>'\"&</script>")];
        let page = html(&Seen { messages, ..Seen::default() });
        assert!(page.find("newer").unwrap() < page.find("older").unwrap());
        assert!(page.contains("&lt;script&gt;&#39;&quot;&amp;&lt;/script&gt;") && !page.contains("<script>"));
        assert!(page.contains("短信 · SMS → E1"), "{page}");
    }
}
