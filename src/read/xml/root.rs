//! The name of the first element of a document, before anything is parsed.

/// The name of the root element as written, after prolog, comments and document type.
pub(in crate::read) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            instruction.split_once("?>")?.1
        } else if let Some(declaration) = rest.strip_prefix("<!") {
            after_declaration(declaration)?
        } else {
            let name = rest.strip_prefix('<')?;
            let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'))?;
            return name.get(..end).filter(|name| !name.is_empty());
        };
        rest = after.trim_start();
    }
}

/// What follows a document type, which may hold declarations in brackets.
fn after_declaration(text: &str) -> Option<&str> {
    let end = text.find('>')?;
    match text.get(..end)?.contains('[') {
        true => text.split_once("]>").map(|(_, rest)| rest),
        false => text.get(end + 1..),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The root decides the format, whatever stands before it.
    #[test]
    fn after_what_comes_first() {
        let text = "<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'>";
        assert_eq!(root(text), Some("rss"));
        assert_eq!(
            root("<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS TOPICS=\"YES\">"),
            Some("REUTERS")
        );
        for text in [
            "",
            "text",
            "<",
            "<?xml",
            "<!--",
            "<!DOCTYPE a [",
            "< a>",
            "<a",
        ] {
            assert_eq!(root(text), None, "{text}");
        }
    }
}
