//! Themes of a book's own, through the whole library.

use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

#[test]
fn a_template_can_extend_the_one_that_it_replaces() {
    let mut sources = Sources::default();
    let mut put = |path: &str, text: &str| sources.insert(SitePath::new(path).expect("a path"), text);
    put("index.md", "# Home\n");
    put("themes/page.html", "{% extends \"opsbook/page.html\" %}{% block source %}<p>Out of hours: ring.</p>{% endblock source %}");
    put("themes/base.html", "{% extends \"opsbook/base.html\" %}{% block footer_start %}<p>Foot.</p>{% endblock footer_start %}");
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    let site = build.site(&sources, &mut cache).expect("a site");
    assert_eq!(build.diagnostics, []);
    let Some(SiteFile::Bytes(page)) = site.files.get("index.html") else { panic!("no front page") };
    let page = String::from_utf8(page.to_vec()).expect("text");
    for part in ["<p>Out of hours: ring.</p>", "<p>Foot.</p>", "<h1 id=\"home\">Home</h1>", "class=\"skip\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
