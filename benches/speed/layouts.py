"""The same documents in the layout of each program. Knows how each wants its files and settings; must not know what is measured.

Each maker takes the folder of an opsbook handbook and a folder to make, and gives the folder of the documents in it. `highlights` and `searches` say what
the site shall have. Every layout is small: a page with its title, the text, and where the program can do that without reading all pages for each, the
links of its chapter.
"""

import re
import shutil

HTML = "<!doctype html><html><head><title>{title}</title></head><body><nav>{nav}</nav><main>{body}</main></body></html>\n"


def title_of(text, path):
    found = re.search(r"^title: *(.+)$", text, re.M) or re.search(r"^# (.+)$", text, re.M)
    return (found.group(1) if found else path.stem).strip().strip("\"'")


def body_of(text):
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)


def documents(content):
    return sorted(content.rglob("*.md"))


def pages(content):
    """The documents that are no lists of others."""
    return [path for path in documents(content) if path.name not in ("index.md", "_index.md", "SUMMARY.md")]


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def flag(value):
    return "true" if value else "false"


# How a book says that its code isn't to be highlighted. A version that doesn't know the key reports it as an error, and those rows are left out.
OPSBOOK_NO_HIGHLIGHTING = "[output.html]\nhighlight = false\n"


def for_opsbook(source, folder, highlights=True, searches=True):
    shutil.copytree(source, folder)
    with (folder / "book.toml").open("a") as settings:
        settings.write("" if highlights else "\n" + OPSBOOK_NO_HIGHLIGHTING)
        settings.write("" if searches else "\n[output.html.search]\nenable = false\n")
    return folder / "content"


def for_hugo(source, folder, highlights=True, searches=False):
    for path in documents(source / "content"):
        name = path.relative_to(source / "content")
        text = path.read_text()
        front = f"---\ntitle: {title_of(text, path)!r}\n---\n"
        write(folder / "content" / (name.with_name("_index.md") if name.name == "index.md" else name), front + body_of(text))
    settings = 'baseURL = "http://127.0.0.1/"\ntitle = "Handbook"\ndisableKinds = ["taxonomy", "term", "RSS"]\n'
    settings += f"[markup.highlight]\ncodeFences = {flag(highlights)}\nnoClasses = false\n"
    if searches:
        # The list of all texts that search scripts for Hugo load.
        settings += '[outputs]\nhome = ["HTML", "JSON"]\n'
        entry = '{{ dict "title" .Title "url" .RelPermalink "text" .Plain | jsonify }}'
        write(folder / "layouts/index.json", f"[{{{{ range $number, $page := site.RegularPages }}}}{{{{ if $number }}}},{{{{ end }}}}{entry}{{{{ end }}}}]\n")
    write(folder / "hugo.toml", settings)
    nav = '{{ range .CurrentSection.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}'
    for kind in ["single", "list", "home"]:
        write(folder / "layouts/_default" / f"{kind}.html", HTML.format(title="{{ .Title }}", nav=nav, body="{{ .Content }}"))
    return folder / "content"


def for_zola(source, folder, highlights=True, searches=False):
    for path in documents(source / "content"):
        name = path.relative_to(source / "content")
        text = path.read_text()
        front = f'+++\ntitle = "{title_of(text, path)}"\n+++\n'
        write(folder / "content" / (name.with_name("_index.md") if name.name == "index.md" else name), front + body_of(text))
    settings = f'base_url = "http://127.0.0.1"\nbuild_search_index = {flag(searches)}\n[markdown]\nhighlight_code = {flag(highlights)}\n'
    write(folder / "config.toml", settings)
    page = HTML.format(title="{{ page.title }}", nav="", body="{{ page.content | safe }}")
    list_of_pages = '{% for page in section.pages %}<a href="{{ page.permalink | safe }}">{{ page.title }}</a> {% endfor %}'
    write(folder / "templates/page.html", page)
    for name in ["section", "index"]:
        write(folder / f"templates/{name}.html", HTML.format(title="{{ section.title }}", nav=list_of_pages, body="{{ section.content | safe }}"))
    return folder / "content"


def for_mdbook(source, folder, searches=True):
    shutil.copytree(source / "content", folder / "src")
    for path in documents(folder / "src"):
        path.write_text(body_of(path.read_text()))
    write(folder / "src/SUMMARY.md", summary(folder / "src"))
    write(folder / "book.toml", f'[book]\ntitle = "Handbook"\n[output.html.search]\nenable = {flag(searches)}\n')
    return folder / "src"


def summary(content):
    lines = ["# Summary", "", "[Home](index.md)", ""]
    for chapter in sorted(path for path in content.iterdir() if path.is_dir()):
        lines.append(f"- [{chapter.name}]({chapter.name}/index.md)")
        lines += [f"  - [{title_of(path.read_text(), path)}]({path.relative_to(content)})" for path in pages(chapter)]
    return "\n".join(lines) + "\n"


# What Zensical switches on by itself, as far as these documents use it: naming one extension replaces its list.
ZENSICAL_NO_HIGHLIGHTING = """
[project.markdown_extensions.tables]
[project.markdown_extensions.toc]
permalink = true
[project.markdown_extensions.pymdownx.superfences]
[project.markdown_extensions.pymdownx.highlight]
use_pygments = false
"""


def for_zensical(source, folder, highlights=True):
    for path in documents(source / "content"):
        write(folder / "docs" / path.relative_to(source / "content"), path.read_text())
    write(folder / "zensical.toml", '[project]\nsite_name = "Handbook"\n' + ("" if highlights else ZENSICAL_NO_HIGHLIGHTING))
    return folder / "docs"
