//! `_redirects`, which some hosts read: with it a former place answers with the new address before any page is loaded. Where a host shows an existing
//! page first, the page leads on; so no rule is forced, which not all of these hosts know.
//! <https://docs.netlify.com/routing/redirects/>, <https://developers.cloudflare.com/pages/configuration/redirects/>

use super::super::escape::encode_path;
use crate::handbook::Handbook;
use crate::source::SitePath;

/// A line for each former place; none where there is no former place.
pub(super) fn write(handbook: &Handbook) -> Option<String> {
    if !is_wanted(handbook) {
        return None;
    }
    let base = base_path(handbook);
    let address = |place: &SitePath| format!("{base}{}", encode_path(place.as_str()));
    let mut text = String::from("# Former places of pages, for hosts that read this file. All others have a page at each.\n");
    for alias in handbook.aliases.all.values() {
        let Some(page) = handbook.pages.get(alias.page) else { continue };
        let view = handbook.runbooks.of_page(alias.page).filter(|_| alias.is_view).map(|runbook| &runbook.address);
        let from = address(&alias.place);
        let to = address(view.unwrap_or(&page.address));
        // A folder is asked for by its own name.
        if let Some(folder) = from.strip_suffix("index.html").filter(|folder| folder.len() > base.len()) {
            text.extend([folder, " ", &to, " 301\n"]);
        }
        text.extend([&from, " ", &to, " 301\n"]);
    }
    Some(text)
}

pub(super) fn is_wanted(handbook: &Handbook) -> bool {
    !handbook.aliases.all.is_empty()
}

/// The path from the host to the site, with a slash at both ends.
fn base_path(handbook: &Handbook) -> String {
    let url = handbook.config.site_url.as_deref().unwrap_or("/");
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"),
        None => url,
    };
    format!("/{}/", path.trim_matches('/')).replace("//", "/")
}
