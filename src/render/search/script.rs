//! Data as scripts: a page that was opened from a folder may load scripts, but nothing else.
//!
//! Knows JSON. Must not know what the data mean.

use std::sync::Arc;

use serde::Serialize;

/// A script that hands a value to the search.
pub(super) fn call(value: &impl Serialize) -> Arc<[u8]> {
    // Values of plain texts and numbers can always be written.
    let json = serde_json::to_string(value).unwrap_or_default();
    // JSON is JavaScript. What could end a script element is written otherwise, lest somebody puts the file into a page.
    let safe = if json.contains("</") || json.contains("<!") { json.replace("</", "<\\/").replace("<!", "<\\u0021") } else { json };
    Arc::from(format!("opsbookSearch.put({safe})\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_script_element() {
        let script = String::from_utf8(call(&["</script><!--", "a\"b\\"]).to_vec()).unwrap();
        assert_eq!(script, "opsbookSearch.put([\"<\\/script><\\u0021--\",\"a\\\"b\\\\\"])\n");
    }
}
