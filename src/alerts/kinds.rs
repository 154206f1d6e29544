//! What can be wrong with rule files.

use crate::diagnostic::{Kind, Severity, Subject};

/// Every kind of fault that reading rule files can find.
pub const KINDS: &[&Kind] = &[&INVALID_RULES, &TEMPLATED_RULES];

/// A rule file isn't YAML, or not of the shape of rules.
pub const INVALID_RULES: Kind = Kind {
    code: "invalid-rules",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "a rule file can't be read, or a part of it isn't a rule",
    docs: "Prometheus refuses a rule file that isn't valid, and with it every alert inside. opsbook reads the names of alerts out of such a \
file as far as it can, so that their runbooks don't count as useless. A rule has an expression, either `alert` or `record`, and lengths of time as `5m` or `1h30m`.

    groups:
      - name: disks
        rules:
          - alerts: DiskFull
            expr: disk_free_ratio < 0.1

Mend the file; `promtool check rules FILE` says more about expressions:

    groups:
      - name: disks
        rules:
          - alert: DiskFull
            expr: disk_free_ratio < 0.1",
};

/// A rule file is a template of Helm or Jinja.
pub const TEMPLATED_RULES: Kind = Kind {
    code: "templated-rules",
    severity: Severity::Warning,
    subject: Subject::Alerts,
    summary: "a rule file is a template, or a template decides how severe an alert is",
    docs: "A template of Helm or Jinja becomes YAML only when it is filled in. opsbook leaves out what stands in braces and reads the rest. \
What braces decide, it can't know: whether an alert is there at all, or how severe it is.

    groups:
      - name: disks
        rules:
    {{- if .Values.disks }}
          - alert: DiskFull
            expr: disk_free_ratio < 0.1
    {{- end }}

Name the files that the template makes in book.toml, or take the warning out:

    [checks]
    templated-rules = \"off\"

Templates of Prometheus within a quoted text, such as `\"{{ $labels.instance }} is down\"`, are YAML and need nothing. A severity that is one isn't known: \
such an alert counts as one that pages nobody, and the finding says how many there are.",
};
