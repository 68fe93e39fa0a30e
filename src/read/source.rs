//! Publishers by the address of their site.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Domain, tab, name.
const TABLE: &str = include_str!("../../data/sources.tsv");

static BY_DOMAIN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// The publisher of a url or bare domain; a subdomain without its own entry belongs to its domain.
pub(super) fn by_address(address: &str) -> Option<&'static str> {
    let mut domain = domain(address)?;
    loop {
        if let Some(name) = BY_DOMAIN.get(domain.as_str()) {
            return Some(name);
        }
        let (_, parent) = domain.split_once('.')?;
        if !parent.contains('.') {
            return None;
        }
        domain = parent.to_owned();
    }
}

/// The domain of a url or bare domain, lower case, without `www.`.
pub(super) fn domain(address: &str) -> Option<String> {
    let address = address.trim();
    let host = match address.split_once("://") {
        Some((_, rest)) => rest,
        None => address.strip_prefix("//").unwrap_or(address),
    };
    let host = host.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host
        .split(':')
        .next()?
        .trim_end_matches('.')
        .to_ascii_lowercase();
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    if !host.contains('.') || host.len() > 253 || !host.chars().all(letters) {
        return None;
    }
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    // A subdomain belongs to its domain, and text that is no address to none.
    #[test]
    fn addresses() {
        assert_eq!(
            by_address("https://www.reuters.com/world/x"),
            Some("Reuters")
        );
        assert_eq!(by_address("http://uk.reuters.com:80"), Some("Reuters"));
        assert_eq!(by_address("reuters.com"), Some("Reuters"));
        assert_eq!(by_address("notreuters.com"), None);
        assert_eq!(by_address("Reuters"), None);
        assert_eq!(by_address(""), None);
    }

    // A line that is not domain, tab, name would silently do nothing.
    #[test]
    fn table_is_well_formed() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (key, name) = line.split_once('\t').expect(line);
            assert_eq!(domain(key).as_deref(), Some(key), "{line}");
            assert!(!name.trim().is_empty() && name.trim() == name, "{line}");
        }
    }
}
