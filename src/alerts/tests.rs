use super::*;

fn rules(text: &str) -> (Vec<Rule>, Vec<String>) {
    let mut sources = Sources::default();
    sources.insert(SitePath::new("book.toml").unwrap(), "");
    sources.insert(SitePath::new("rules/a.yaml").unwrap(), text);
    let settings = Alerts { rules: vec![("rules/*.yaml".to_owned(), Span::at(0))], ..Alerts::default() };
    let mut findings = Vec::new();
    let read = read(&sources, &settings, &mut Known::default(), &mut findings);
    let said = findings.iter().map(|finding| format!("{} | {} | {}", finding.kind.code, finding.span.of(text), finding.message)).collect();
    (read.all.clone(), said)
}

fn names(rules: &[Rule]) -> Vec<&str> {
    rules.iter().map(|rule| rule.alert.as_str()).collect()
}

const PLAIN: &str = "groups:\n  - name: disks\n    labels: {severity: info}\n    rules:\n      - alert: DiskFull\n        expr: |\n          free < 0.1\n        for: 5m\n        \
                     labels: {severity: critical}\n        annotations:\n          summary: 'Disk of {{ $labels.instance }} is full'\n          runbook_url: https://x.example/a.html\n      \
                     - record: a:b\n        expr: b\n      - alert: DiskSlow\n        expr: c\n";

#[test]
fn a_plain_file() {
    let (rules, findings) = rules(PLAIN);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(names(&rules), ["DiskFull", "DiskSlow"]);
    let full = &rules[0];
    assert_eq!((full.span.of(PLAIN), full.line, full.group.as_deref(), full.hold.as_deref()), ("DiskFull", 5, Some("disks"), Some("5m")));
    assert_eq!((full.severity.as_deref(), full.expression.as_deref()), (Some("critical"), Some("free < 0.1")));
    assert_eq!(full.summary.as_deref(), Some("Disk of {{ $labels.instance }} is full"));
    assert_eq!(
        full.runbook_url.as_ref().map(|(url, span)| (url.as_str(), span.of(PLAIN))),
        Some(("https://x.example/a.html", "https://x.example/a.html"))
    );
    assert_eq!((rules[1].severity.as_deref(), rules[1].line), (Some("info"), 15));
}

#[test]
fn resources_lists_and_several_documents() {
    let one =
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    rules:\n    - alert: A\n      expr: a\n";
    let list = "kind: List\nitems:\n- kind: PrometheusRule\n  spec:\n    groups:\n    - rules: [{alert: B, expr: b}]\n- kind: Service\n";
    let json = "{\"groups\": [{\"rules\": [{\"alert\": \"C\", \"expr\": \"c\"}]}]}\n";
    let text = format!("# first\n---\n{one}---\nkind: Service\n--- # why\n{list}...\n---\n{json}");
    let (rules, findings) = rules(&text);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(names(&rules), ["A", "B", "C"]);
    assert!(
        rules
            .iter()
            .all(|rule| rule.span.of(&text).trim_matches('"') == rule.alert && text.lines().nth(rule.line - 1).unwrap().contains(&rule.alert))
    );
}

#[test]
fn what_is_no_rule_is_said_at_its_place() {
    for (text, expected) in [
        ("groups:\n- rules:\n  - alerts: A\n", "invalid-rules | alerts | the rule names no alert"),
        ("groups:\n- rules:\n  - alert: A\n    for: 5m\n", "invalid-rules | alert | the rule has no expression"),
        ("groups:\n- rules:\n  - record: a:b\n    expr:\n", "invalid-rules | record | the rule has no expression"),
        ("groups:\n- rules:\n  - alert: A\n    expr: [a]\n", "invalid-rules | [ | the expression of a rule must be text, not a list"),
        ("groups:\n- rules:\n  - alert: A\n    expr: a\n    record: b\n", "invalid-rules | record | the rule has both `alert` and `record`"),
        ("groups:\n- rules:\n  - alert: A\n    expr: a\n    for: soon\n", "invalid-rules | soon | 'for' is no length of time: soon"),
        ("groups:\n- rules:\n  - alert: A\n    expr: a\n    for: 5\n", "invalid-rules | 5 | 'for' is no length of time: 5"),
        ("groups:\n- rules:\n  - alert: A\n    expr: a\n    for: [5m]\n", "invalid-rules | [ | 'for' is no length of time: a list"),
        (
            "groups:\n- rules:\n  - alert: A\n    expr: a\n    keep_firing_for: 5m1h\n",
            "invalid-rules | 5m1h | 'keep_firing_for' is no length of time: 5m1h",
        ),
        ("groups:\n- rules:\n  - alert: [A]\n    expr: a\n", "invalid-rules | [ | the name of an alert must be text, not a list"),
        ("groups: none\n", "invalid-rules | none | 'groups' must be a list, not text"),
        ("groups: [x]\n", "invalid-rules | x | a group must be a mapping, not text"),
        ("groups:\n- rules: 5\n", "invalid-rules | 5 | 'rules' of a group must be a list, not a number"),
        ("kind: PrometheusRule\n", "invalid-rules |  | the PrometheusRule has no groups of rules"),
        ("a: 1\n", "invalid-rules |  | the file holds no groups of rules"),
        ("", "invalid-rules |  | the file holds no groups of rules"),
    ] {
        let (_, findings) = rules(text);
        assert_eq!(findings, [expected], "{text}");
    }
    assert_eq!(rules("groups:\n").1, [""; 0]);
    for length in ["0", "5m", "1h30m", "1y2w3d4h5m6s7ms", "90s", ""] {
        let text = format!("groups:\n- rules:\n  - alert: A\n    expr: a\n    for: {length}\n");
        assert_eq!(rules(&text).1, [""; 0], "{length}");
    }
}

#[test]
fn a_severity_that_a_template_decides_is_not_known() {
    let severity = "{{ if gt $value 9.0 }}critical{{ else }}info{{ end }}";
    let text = format!(
        "groups:\n- rules:\n  - alert: A\n    expr: a\n    labels: {{severity: '{severity}'}}\n  - alert: B\n    expr: b\n    labels: {{severity: '{severity}'}}\n"
    );
    let (found, findings) = rules(&text);
    assert_eq!(
        findings,
        [format!("templated-rules | '{severity}' | whether 2 alerts page somebody isn't known: a template decides how severe they are")]
    );
    assert_eq!((found[0].known_severity(), found[0].severity.as_deref()), (None, Some(severity)));
    assert!(!found[0].is_paging(&Alerts { paging: vec![severity.to_lowercase()], ..Alerts::default() }));
}

#[test]
fn a_broken_file_loses_no_alert() {
    let text = "groups:\n- rules:\n  - alert: A\n    labels:\n      severity: critical # now\n  - record: r\n    labels: {}\n    for: 1m\n  - alert: \"B\"\n    annotations:\n      \
                runbook_url: 'https://x.example/b'\n      summary: a: b: c\n";
    let (rules, findings) = rules(text);
    assert_eq!((names(&rules), findings.len()), (vec!["A", "B"], 1), "{findings:?}");
    assert!(findings[0].starts_with("invalid-rules | "), "{findings:?}");
    assert_eq!((rules[0].severity.as_deref(), rules[0].hold.as_deref(), rules[0].line), (Some("critical"), None, 3));
    assert_eq!(rules[1].runbook_url.as_ref().map(|(url, span)| (url.as_str(), span.of(text))), Some(("https://x.example/b", "https://x.example/b")));
}

#[test]
fn a_rule_without_a_name_gives_nothing_to_the_one_before() {
    for nameless in ["- alert:", "- alert: ''"] {
        let text = format!(
            "- alert: A\n    for: 5m\n  {nameless}\n    severity: page\n    summary: b\n    runbook_url: https://x.example/b\n  - alert: C\n    severity: info\n"
        );
        let (rules, _) = rules(&text);
        assert_eq!(names(&rules), ["A", "C"], "{nameless}");
        let [a, c] = rules.as_slice() else { panic!("{rules:?}") };
        assert_eq!((a.hold.as_deref(), a.severity.as_deref(), a.summary.as_deref(), a.runbook_url.as_ref()), (Some("5m"), None, None, None));
        assert_eq!(c.severity.as_deref(), Some("info"));
    }
}

#[test]
fn templates_of_helm_are_read_as_far_as_they_go() {
    let text = "{{- if .Values.on }}\nkind: PrometheusRule\nmetadata:\n  name: {{ printf \"%s-a\" .Release | quote }}\n  labels:\n    {{- include \"x\" . | nindent 4 }}\nspec:\n  groups:\n  - name: g\n    rules:\n    \
                {{- if .Values.a }}\n    - alert: A\n      annotations:\n        runbook_url: {{ .Values.url }}/a.html\n        summary: {{`{{`}} $value {{`}}`}} too many\n    {{- end }}\n{{- end }}\n";
    let (found, findings) = rules(text);
    assert_eq!(findings, ["templated-rules | {{- if .Values.on }} | the rule file is a template: what braces decide isn't known"]);
    assert_eq!((names(&found), found[0].line), (vec!["A"], 12));
    assert_eq!(
        found[0].runbook_url.as_ref().map(|(url, span)| (url.as_str(), span.of(text))),
        Some(("{{ .Values.url }}/a.html", "{{ .Values.url }}/a.html"))
    );
    assert_eq!(found[0].summary.as_deref(), Some("{{`{{`}} $value {{`}}`}} too many"));
    // Both branches at once are no YAML.
    let text = "groups:\n- rules:\n  - alert: A\n    labels:\n      {% if a %}\n      severity: page\n      {% else %}\n      severity: info\n      {% endif %}\n";
    let (found, findings) = rules(text);
    assert_eq!((findings.len(), names(&found), found[0].severity.as_deref()), (1, vec!["A"], Some("page")), "{findings:?}");
}

#[test]
fn large_files_are_read_in_time() {
    let mut text = "groups:\n- name: g\n  rules:\n".to_owned();
    for number in 0..5000 {
        let rule = "    expr: up == 0\n    labels: {severity: critical}\n";
        text.extend([&format!("  - alert: A{number}\n"), rule, "    annotations: {runbook_url: https://x.example/a.html}\n"]);
    }
    let (found, findings) = rules(&text);
    assert_eq!((found.len(), found[4999].line, findings.len()), (5000, 4 + 4 * 4999, 0));
    for wild in ["{{".repeat(100_000), "- alert: A\n".repeat(100_000), "a: {{ }}".repeat(50_000), "---\n".repeat(100_000), "[".repeat(100_000)] {
        let _ = rules(&wild);
    }
}

#[test]
fn globs_that_catch_nothing_are_said_and_documents_are_no_rules() {
    let mut sources = Sources::default();
    let book = "[alerts]\nrules = ['**', 'none/*.yaml']\n";
    sources.insert(SitePath::new("book.toml").unwrap(), book);
    sources.insert(SitePath::new("content/a.md").unwrap(), "# A\n");
    sources.insert(SitePath::new("x/a.yml").unwrap(), PLAIN);
    let mut findings = Vec::new();
    let config = crate::config::Config::parse(sources.text("book.toml"), &mut findings);
    let read = read(&sources, &config.alerts, &mut Known::default(), &mut findings);
    assert_eq!((read.files, read.all.len()), (1, 2));
    assert_eq!(findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), ["there is no rule file 'none/*.yaml'"]);
    assert!(super::read(&sources, &Alerts::default(), &mut Known::default(), &mut Vec::new()).all.is_empty());
}
