use crate::diagnostic::{Kind, Severity, Subject};

/// Every kind of fault that asking other servers can find.
pub const KINDS: &[&Kind] = &[&DEAD_LINK, &MISSING_REMOTE_ANCHOR, &MOVED_LINK, &REFUSED_LINK, &UNREACHABLE_LINK];

/// Whether a kind of finding comes of other servers' answers, so that only `opsbook links` can find it.
#[must_use]
pub fn is_remote(code: &str) -> bool {
    KINDS.iter().any(|kind| kind.code == code)
}

/// An address at which nothing is any more.
pub(super) const DEAD_LINK: Kind = Kind {
    code: "dead-link",
    severity: Severity::Error,
    subject: Subject::Elsewhere,
    summary: "the server says that nothing is at this address (404, 410), or it is no address",
    docs: "Found by `opsbook links` alone. The server was reached and answered that it has no such page. Whoever follows the link in an outage finds nothing either.

    See [how the pool is sized](https://db.example.com/docs/12/pooling).

Look for the page under its new address, or for a copy in an archive, or take the link out:

    See [how the pool is sized](https://db.example.com/docs/17/pooling).

Some servers answer 404 to those who aren't signed in. Give them a header in `[links.headers]` of book.toml, or leave them out with `exclude`.",
};

/// A server that answers and doesn't let us in.
pub(super) const REFUSED_LINK: Kind = Kind {
    code: "refused-link",
    severity: Severity::Warning,
    subject: Subject::Elsewhere,
    summary: "the server answers and refuses: 401, 403 or another status that says neither yes nor no",
    docs: "Found by `opsbook links` alone. The server is there, and nobody can tell whether the page is: it wants somebody to be signed in, or it doesn't like programs.

    See [the dashboard](https://grafana.example.com/d/api).

Give opsbook what the server asks for. The value comes from the environment, so no secret stands in the file:

    [links.headers.\"https://grafana.example.com/\"]
    Authorization = \"Bearer ${GRAFANA_TOKEN}\"

Or say that this answer is good enough, or leave such addresses out:

    [links]
    accept = [403]
    exclude = [\"^https://grafana\\\\.example\\\\.com/\"]",
};

/// A server that gave no answer that says anything about the page.
pub(super) const UNREACHABLE_LINK: Kind = Kind {
    code: "unreachable-link",
    severity: Severity::Warning,
    subject: Subject::Elsewhere,
    summary: "no usable answer: no such host, time-out, bad certificate, 429, 500 to 599, a redirect that goes round",
    docs: "Found by `opsbook links` alone. Something between here and the page failed. It may be well in an hour, so it is a warning; what fails for weeks is a dead link.

    See [the status page](https://status.exmaple.com/).

Open the address in a browser. Mend a slip of the pen, ask again with `opsbook links --refresh`, or give the server more time:

    [links]
    timeout = \"60s\"

A host that fails several times in a row isn't asked again in that run. Its other addresses are counted in the finding.",
};

/// A page without the anchor that a link names.
pub(super) const MISSING_REMOTE_ANCHOR: Kind = Kind {
    code: "missing-remote-anchor",
    severity: Severity::Warning,
    subject: Subject::Elsewhere,
    summary: "the page is there, and the anchor that the link names isn't",
    docs: "Found by `opsbook links` alone. The server gave HTML, and nothing in it has the id or the name that follows the `#`. Browsers show the top of the page instead.

    See [retention](https://docs.example.com/storage#retension).

Write an anchor that the page has:

    See [retention](https://docs.example.com/storage#retention).

Nothing is said of pages that have no anchors at all, since a script makes them; of `#L10`, `#/route` and `#:~:text=`; and of what isn't HTML. \
`anchors = false` in `[links]` asks for no anchors.",
};

/// A page that has another address for good.
pub(super) const MOVED_LINK: Kind = Kind {
    code: "moved-link",
    severity: Severity::Warning,
    subject: Subject::Elsewhere,
    summary: "the server says that the page has another address for good (301, 308)",
    docs: "Found by `opsbook links` alone. The link works, for as long as the old address is kept.

    See [the manual](http://db.example.com/manual).

Write the new address, or let `opsbook links --fix` write it:

    See [the manual](https://db.example.com/docs/manual/).

Only moves for good count. Where one of several redirects is for now (302, 307), nothing is said.",
};
